/* madang-qr-window.c: the address of a chat, large enough for a phone across the table
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "madang-qr-window.h"

#include "madang-qr-code.h"

struct _MadangQrWindow
{
  AdwWindow parent_instance;

  /* Template widgets */
  MadangQrCode *code;
  GtkLabel *url_label;
};

G_DEFINE_FINAL_TYPE (MadangQrWindow, madang_qr_window, ADW_TYPE_WINDOW)

static void
madang_qr_window_class_init (MadangQrWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (MADANG_TYPE_QR_CODE);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/madang/Madang/madang-qr-window.ui");
  gtk_widget_class_bind_template_child (widget_class, MadangQrWindow, code);
  gtk_widget_class_bind_template_child (widget_class, MadangQrWindow, url_label);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
madang_qr_window_init (MadangQrWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * madang_qr_window_new:
 * @parent: the window that it stays in front of
 * @url: where others can reach the chat
 *
 * Returns: (transfer none): a window with a code of the URL, to be presented
 */
GtkWidget *
madang_qr_window_new (GtkWindow *parent, const char *url)
{
  MadangQrWindow *self = g_object_new (MADANG_TYPE_QR_WINDOW, "transient-for", parent, NULL);

  madang_qr_code_set_text (self->code, url);
  gtk_label_set_label (self->url_label, url);
  return GTK_WIDGET (self);
}
