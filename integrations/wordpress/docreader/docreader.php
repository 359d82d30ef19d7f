<?php
/**
 * Plugin Name:       docreader: Đọc nội dung
 * Description:       Thanh công cụ hỗ trợ đọc cho bài viết: đọc nội dung thành tiếng, chế độ ban đêm, cỡ chữ, in trang, xuất PDF.
 * Version:           0.1.0
 * Requires at least: 5.7
 * Requires PHP:      7.4
 * License:           GPL-3.0-or-later
 * Text Domain:       docreader
 *
 * @package docreader
 */

if ( ! defined( 'ABSPATH' ) ) {
	exit;
}

const DOCREADER_FIELDS = array(
	// name => array( label, help, default ).
	'script'  => array( 'Địa chỉ docreader.js', 'Ví dụ: https://reader.example/docreader.js, hoặc địa chỉ tệp chép về máy chủ của trang này.', '' ),
	'audio'   => array( 'Thư mục âm thanh', 'Thư mục do lệnh docreader site tạo, ví dụ /audio/. Để trống nếu dùng dịch vụ.', '' ),
	'service' => array( 'Dịch vụ', 'Địa chỉ dịch vụ docreader. Để trống: nơi đặt docreader.js. Ghi none: không dùng dịch vụ.', '' ),
	'article' => array( 'Vùng bài viết', 'Bộ chọn CSS, ví dụ .entry-content. Để trống: tự tìm.', '' ),
	'place'   => array( 'Vị trí thanh công cụ', 'Bộ chọn CSS của phần tử đứng ngay sau thanh công cụ. Để trống: trước tiêu đề.', '' ),
	'hide'    => array( 'Bỏ bớt', 'Các công cụ không dùng, cách nhau bằng dấu cách: night print pdf size options spacing font contrast links ruler mask download.', '' ),
	'lang'    => array( 'Ngôn ngữ', 'vi hoặc en.', 'vi' ),
);

/**
 * The choices that were saved.
 */
function docreader_choices(): array {
	$defaults = array_map( fn( $field ) => $field[2], DOCREADER_FIELDS );
	return array_merge( $defaults, array_intersect_key( (array) get_option( 'docreader', array() ), $defaults ) );
}

/**
 * The one line, on articles only.
 */
function docreader_head(): void {
	$choices = docreader_choices();
	if ( '' === $choices['script'] || ! apply_filters( 'docreader_here', is_singular() ) ) {
		return;
	}
	$attributes = array( 'type' => 'module', 'src' => esc_url( $choices['script'] ) );
	foreach ( array_diff_key( $choices, array( 'script' => 1 ) ) as $name => $value ) {
		if ( '' !== $value && ! ( 'lang' === $name && 'vi' === $value ) ) {
			$attributes[ 'data-' . $name ] = $value;
		}
	}
	wp_print_script_tag( $attributes ); // Escapes, and adds the nonce of a Content-Security-Policy.
}
add_action( 'wp_head', 'docreader_head' );

/**
 * What an administrator typed, made safe.
 *
 * @param mixed $given What the form sent.
 */
function docreader_clean( $given ): array {
	$clean = array();
	foreach ( array_keys( DOCREADER_FIELDS ) as $name ) {
		$clean[ $name ] = sanitize_text_field( is_array( $given ) ? ( $given[ $name ] ?? '' ) : '' );
	}
	$clean['script'] = esc_url_raw( $clean['script'], array( 'https', 'http' ) );
	$clean['lang']   = 'en' === $clean['lang'] ? 'en' : 'vi';
	return $clean;
}

add_action(
	'admin_init',
	function (): void {
		register_setting( 'docreader', 'docreader', array( 'type' => 'array', 'sanitize_callback' => 'docreader_clean' ) );
	}
);

add_action(
	'admin_menu',
	function (): void {
		add_options_page( 'docreader', 'docreader', 'manage_options', 'docreader', 'docreader_settings_page' );
	}
);

/**
 * Settings > docreader.
 */
function docreader_settings_page(): void {
	$choices = docreader_choices();
	echo '<div class="wrap"><h1>docreader: Đọc nội dung</h1><form method="post" action="options.php">';
	settings_fields( 'docreader' );
	echo '<table class="form-table" role="presentation">';
	foreach ( DOCREADER_FIELDS as $name => $field ) {
		$id = 'docreader-' . $name;
		printf(
			'<tr><th scope="row"><label for="%1$s">%2$s</label></th><td><input class="regular-text" id="%1$s" name="docreader[%3$s]" value="%4$s" aria-describedby="%1$s-help"><p class="description" id="%1$s-help">%5$s</p></td></tr>',
			esc_attr( $id ),
			esc_html( $field[0] ),
			esc_attr( $name ),
			esc_attr( $choices[ $name ] ),
			esc_html( $field[1] )
		);
	}
	echo '</table>';
	submit_button();
	echo '</form></div>';
}
