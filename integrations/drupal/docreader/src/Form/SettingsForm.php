<?php

declare(strict_types=1);

namespace Drupal\docreader\Form;

use Drupal\Core\Form\ConfigFormBase;
use Drupal\Core\Form\FormStateInterface;
use Drupal\node\Entity\NodeType;

/**
 * Configuration > User interface > docreader.
 */
final class SettingsForm extends ConfigFormBase {

  private const FIELDS = [
    'script' => ['Địa chỉ docreader.js', 'Ví dụ: https://reader.example/docreader.js, hoặc địa chỉ tệp chép về máy chủ của trang này.'],
    'audio' => ['Thư mục âm thanh', 'Thư mục do lệnh docreader site tạo, ví dụ /audio/. Để trống nếu dùng dịch vụ.'],
    'service' => ['Dịch vụ', 'Địa chỉ dịch vụ docreader. Để trống: nơi đặt docreader.js. Ghi none: không dùng dịch vụ.'],
    'article' => ['Vùng bài viết', 'Bộ chọn CSS, ví dụ .node__content. Để trống: tự tìm.'],
    'place' => ['Vị trí thanh công cụ', 'Bộ chọn CSS của phần tử đứng ngay sau thanh công cụ. Để trống: trước tiêu đề.'],
    'hide' => ['Bỏ bớt', 'Các công cụ không dùng, cách nhau bằng dấu cách: night print pdf size options spacing font contrast links ruler mask download.'],
  ];

  public function getFormId(): string {
    return 'docreader_settings';
  }

  protected function getEditableConfigNames(): array {
    return ['docreader.settings'];
  }

  public function buildForm(array $form, FormStateInterface $form_state): array {
    $config = $this->config('docreader.settings');
    foreach (self::FIELDS as $name => [$title, $description]) {
      $form[$name] = [
        '#type' => 'textfield',
        '#title' => $title,
        '#description' => $description,
        '#default_value' => $config->get($name),
        '#maxlength' => 500,
      ];
    }
    $form['lang'] = [
      '#type' => 'radios',
      '#title' => 'Ngôn ngữ',
      '#options' => ['vi' => 'Tiếng Việt', 'en' => 'English'],
      '#default_value' => $config->get('lang') ?: 'vi',
    ];
    $form['types'] = [
      '#type' => 'checkboxes',
      '#title' => 'Loại nội dung',
      '#description' => 'Không chọn loại nào: mọi loại.',
      '#options' => array_map(static fn (NodeType $type) => $type->label(), NodeType::loadMultiple()),
      '#default_value' => $config->get('types') ?: [],
    ];
    return parent::buildForm($form, $form_state);
  }

  public function validateForm(array &$form, FormStateInterface $form_state): void {
    $script = trim((string) $form_state->getValue('script'));
    if ($script !== '' && !preg_match('#^(https?:)?/#', $script)) {
      $form_state->setErrorByName('script', 'Địa chỉ docreader.js phải bắt đầu bằng https:// hoặc /.');
    }
    parent::validateForm($form, $form_state);
  }

  public function submitForm(array &$form, FormStateInterface $form_state): void {
    $config = $this->config('docreader.settings');
    foreach ([...array_keys(self::FIELDS), 'lang'] as $name) {
      $config->set($name, trim((string) $form_state->getValue($name)));
    }
    $config->set('types', array_values(array_filter($form_state->getValue('types'))))->save();
    parent::submitForm($form, $form_state);
  }

}
