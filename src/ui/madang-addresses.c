/* madang-addresses.c: where others can reach the chat that is hosted here
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "madang-addresses.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "madang-qr-code.h"

struct _MadangAddresses
{
  GtkWidget parent_instance;

  /* Template widgets */
  GtkBox *content;
  GtkBox *rows;
  GtkBox *obstacle_box;
  GtkLabel *obstacle_label;
  AdwSqueezer *code_squeezer;
  MadangQrCode *code;

  /* Owned */
  GStrv urls; /* what is shown; NULL at first */
};

G_DEFINE_FINAL_TYPE (MadangAddresses, madang_addresses, GTK_TYPE_WIDGET)

static GtkWidget *
make_copy_button (const char *url)
{
  GtkWidget *button = gtk_button_new_from_icon_name ("edit-copy-symbolic");

  gtk_widget_set_tooltip_text (button, _ ("Copy Address"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Copy Address"), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, url, -1);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "chat.copy-address");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", url);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "circular");
  return button;
}

/* An address is read from its start, in any language; its port must be seen. */
static GtkWidget *
make_row (const char *url)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *label = gtk_label_new (url);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_widget_set_tooltip_text (label, url);
  gtk_widget_add_css_class (label, "numeric");
  gtk_box_append (GTK_BOX (row), label);
  gtk_box_append (GTK_BOX (row), make_copy_button (url));
  return row;
}

static void
madang_addresses_fill (MadangAddresses *self)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->rows))) != NULL)
    gtk_box_remove (self->rows, child);
  for (char **url = self->urls; *url != NULL; url++)
    gtk_box_append (self->rows, make_row (*url));
}

/**
 * madang_addresses_set_urls:
 * @self: the addresses
 * @urls: (array zero-terminated=1): URLs, the best first
 * @best: (nullable): the one to show as a QR code
 *
 * Shows the URLs. What is the same as before stays as it is, with its focus.
 */
void
madang_addresses_set_urls (MadangAddresses *self, char **urls, const char *best)
{
  if (self->urls == NULL ||
      !g_strv_equal ((const char *const *)self->urls, (const char *const *)urls))
    {
      g_strfreev (self->urls);
      self->urls = g_strdupv (urls);
      madang_addresses_fill (self);
    }

  madang_qr_code_set_text (self->code, best);
  gtk_widget_set_visible (GTK_WIDGET (self->code_squeezer), best != NULL);
}

/**
 * madang_addresses_set_obstacle:
 * @self: the addresses
 * @obstacle: (nullable): why others cannot join, in the user's language
 *
 * Says below the URLs what is in the way.
 */
void
madang_addresses_set_obstacle (MadangAddresses *self, const char *obstacle)
{
  gtk_label_set_label (self->obstacle_label, obstacle != NULL ? obstacle : "");
  gtk_widget_set_visible (GTK_WIDGET (self->obstacle_box), obstacle != NULL);
}

static void
madang_addresses_dispose (GObject *object)
{
  MadangAddresses *self = MADANG_ADDRESSES (object);

  g_clear_pointer ((GtkWidget **)&self->content, gtk_widget_unparent);

  G_OBJECT_CLASS (madang_addresses_parent_class)->dispose (object);
}

static void
madang_addresses_finalize (GObject *object)
{
  g_strfreev (MADANG_ADDRESSES (object)->urls);

  G_OBJECT_CLASS (madang_addresses_parent_class)->finalize (object);
}

static void
madang_addresses_class_init (MadangAddressesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = madang_addresses_dispose;
  G_OBJECT_CLASS (klass)->finalize = madang_addresses_finalize;

  g_type_ensure (MADANG_TYPE_QR_CODE);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/madang/Madang/madang-addresses.ui");
  gtk_widget_class_bind_template_child (widget_class, MadangAddresses, content);
  gtk_widget_class_bind_template_child (widget_class, MadangAddresses, rows);
  gtk_widget_class_bind_template_child (widget_class, MadangAddresses, obstacle_box);
  gtk_widget_class_bind_template_child (widget_class, MadangAddresses, obstacle_label);
  gtk_widget_class_bind_template_child (widget_class, MadangAddresses, code_squeezer);
  gtk_widget_class_bind_template_child (widget_class, MadangAddresses, code);
}

static void
madang_addresses_init (MadangAddresses *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
