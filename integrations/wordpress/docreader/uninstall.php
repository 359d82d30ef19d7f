<?php
/**
 * Leaves nothing behind.
 *
 * @package docreader
 */

if ( defined( 'WP_UNINSTALL_PLUGIN' ) ) {
	delete_option( 'docreader' );
}
