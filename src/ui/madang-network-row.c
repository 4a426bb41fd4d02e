/* madang-network-row.c: which of this computer's networks a chat is open to
 *
 * All of them, one address, or none but the computer itself. The addresses come and go with the
 * networks; the one that was chosen is chosen again when it comes back.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "madang-network-row.h"

#include <glib/gi18n.h>

#include "lan-interfaces.h"

#define THIS_COMPUTER "localhost"

struct _MadangNetworkRow
{
  AdwComboRow parent_instance;

  GPtrArray *addresses; /* as they stand in the row; NULL is for all */
  char *chosen; /* NULL for all */
  gboolean filling;
};

G_DEFINE_FINAL_TYPE (MadangNetworkRow, madang_network_row, ADW_TYPE_COMBO_ROW)

/* {{{ What there is to choose from */

static void
add_choice (GtkStringList *labels, GPtrArray *addresses, const char *label, const char *address)
{
  gtk_string_list_append (labels, label);
  g_ptr_array_add (addresses, g_strdup (address));
}

static void
add_interface (GtkStringList *labels, GPtrArray *addresses, LanInterface *interface)
{
  /* Translators: the name of a network interface, and its address */
  g_autofree char *label = g_strdup_printf (_ ("%s: %s"), interface->name, interface->address);

  add_choice (labels, addresses, label, interface->address);
}

static GtkStringList *
list_choices (GPtrArray *addresses)
{
  GtkStringList *labels = gtk_string_list_new (NULL);
  g_autoptr (GPtrArray) interfaces = lan_interfaces_list (NULL);

  add_choice (labels, addresses, _ ("All Networks"), NULL);
  for (guint i = 0; i < interfaces->len; i++)
    add_interface (labels, addresses, g_ptr_array_index (interfaces, i));
  add_choice (labels, addresses, _ ("This Computer Only"), THIS_COMPUTER);
  return labels;
}

static gboolean
same_text (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (a, b) == 0;
}

static guint
madang_network_row_find_chosen (MadangNetworkRow *self)
{
  guint index;

  return g_ptr_array_find_with_equal_func (self->addresses, self->chosen, same_text, &index) ? index
                                                                                             : 0;
}

static gboolean
same_addresses (GPtrArray *a, GPtrArray *b)
{
  gboolean same = a->len == b->len;

  for (guint i = 0; same && i < a->len; i++)
    same = same_text (g_ptr_array_index (a, i), g_ptr_array_index (b, i));
  return same;
}

/* The list may be open: it stays as it is for as long as it is true. */
static void
madang_network_row_fill (MadangNetworkRow *self)
{
  GPtrArray *addresses = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GtkStringList) labels = list_choices (addresses);

  if (same_addresses (self->addresses, addresses))
    {
      g_ptr_array_unref (addresses);
      return;
    }

  g_ptr_array_unref (self->addresses);
  self->addresses = addresses;
  self->filling = TRUE;
  adw_combo_row_set_model (ADW_COMBO_ROW (self), G_LIST_MODEL (labels));
  adw_combo_row_set_selected (ADW_COMBO_ROW (self), madang_network_row_find_chosen (self));
  self->filling = FALSE;
}

/* }}} */
/* {{{ The object */

static void
on_selected (MadangNetworkRow *self)
{
  if (self->filling)
    return;

  g_free (self->chosen);
  self->chosen = g_strdup (madang_network_row_get_address (self));
}

static void
madang_network_row_finalize (GObject *object)
{
  MadangNetworkRow *self = MADANG_NETWORK_ROW (object);

  g_ptr_array_unref (self->addresses);
  g_free (self->chosen);

  G_OBJECT_CLASS (madang_network_row_parent_class)->finalize (object);
}

static void
madang_network_row_class_init (MadangNetworkRowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = madang_network_row_finalize;
}

/* The row shows its choice and its choices as lists of its own making, which have no names. */
static void
name_lists (GtkWidget *widget, const char *name)
{
  if (GTK_IS_LIST_VIEW (widget))
    gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                    -1);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    name_lists (child, name);
}

static void
madang_network_row_init (MadangNetworkRow *self)
{
  self->addresses = g_ptr_array_new_with_free_func (g_free);
  /* Translators: which network a chat is open to */
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), _ ("Network"));
  name_lists (GTK_WIDGET (self), _ ("Network"));
  g_signal_connect (self, "notify::selected", G_CALLBACK (on_selected), NULL);
  g_signal_connect_object (g_network_monitor_get_default (), "network-changed",
                           G_CALLBACK (madang_network_row_fill), self, G_CONNECT_SWAPPED);
  madang_network_row_fill (self);
}

/**
 * madang_network_row_get_address:
 * @self: a row
 *
 * Returns: (nullable): the address to listen on, `localhost` for this computer only, or %NULL for
 * all
 */
const char *
madang_network_row_get_address (MadangNetworkRow *self)
{
  guint selected = adw_combo_row_get_selected (ADW_COMBO_ROW (self));

  return selected < self->addresses->len ? g_ptr_array_index (self->addresses, selected) : NULL;
}

/**
 * madang_network_row_set_address:
 * @self: a row
 * @address: (nullable): what [method@MadangNetworkRow.get_address] returned before
 *
 * Chooses an address, if this computer has it; else all are chosen until it has.
 */
void
madang_network_row_set_address (MadangNetworkRow *self, const char *address)
{
  g_free (self->chosen);
  self->chosen = g_strdup (address);
  self->filling = TRUE;
  adw_combo_row_set_selected (ADW_COMBO_ROW (self), madang_network_row_find_chosen (self));
  self->filling = FALSE;
}

/* }}} */
