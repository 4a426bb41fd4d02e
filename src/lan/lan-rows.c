/* lan-rows.c: the chats that were found, as a GListModel
 *
 * A chat is seen once for each interface and protocol; this makes one row of all that tell of it,
 * sorted by name. The row goes with the last of them. LanBrowser fills it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "lan-rows.h"

#include "lan-chat-private.h"

typedef struct
{
  LanChat *chat;
  char *key; /* LanRecord:key of all its records */
  char *sort_key;
  GPtrArray *records; /* of LanRecord, which the services own; the eldest first */
} LanRow;

typedef struct
{
  LanRecord *record;
  LanRow *row;
} LanSighting;

struct _LanRows
{
  GObject parent_instance;

  GPtrArray *rows; /* of LanRow, sorted */
  GHashTable *sightings; /* service -> LanSighting */
};

static void lan_rows_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (LanRows,
                               lan_rows,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, lan_rows_list_model_init))

static void
lan_row_free (gpointer data)
{
  LanRow *row = data;

  g_object_unref (row->chat);
  g_free (row->key);
  g_free (row->sort_key);
  g_ptr_array_unref (row->records);
  g_free (row);
}

static void
lan_sighting_free (gpointer data)
{
  LanSighting *sighting = data;

  lan_record_free (sighting->record);
  g_free (sighting);
}

static GType
lan_rows_get_item_type (GListModel *model)
{
  return LAN_TYPE_CHAT;
}

static guint
lan_rows_get_n_items (GListModel *model)
{
  return LAN_ROWS (model)->rows->len;
}

static gpointer
lan_rows_get_item (GListModel *model, guint position)
{
  LanRows *self = LAN_ROWS (model);
  LanRow *row;

  if (position >= self->rows->len)
    return NULL;

  row = self->rows->pdata[position];
  return g_object_ref (row->chat);
}

static void
lan_rows_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = lan_rows_get_item_type;
  iface->get_n_items = lan_rows_get_n_items;
  iface->get_item = lan_rows_get_item;
}

static void
lan_rows_finalize (GObject *object)
{
  LanRows *self = LAN_ROWS (object);

  g_ptr_array_unref (self->rows);
  g_hash_table_unref (self->sightings);

  G_OBJECT_CLASS (lan_rows_parent_class)->finalize (object);
}

static void
lan_rows_class_init (LanRowsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lan_rows_finalize;
}

static void
lan_rows_init (LanRows *self)
{
  self->rows = g_ptr_array_new_with_free_func (lan_row_free);
  self->sightings = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, lan_sighting_free);
}

static char *
make_sort_key (const char *name)
{
  g_autofree char *folded = g_utf8_casefold (name, -1);

  return g_utf8_collate_key (folded, -1);
}

/* Of the same name, the key decides, so that the order is always the same. */
static gboolean
comes_before (const LanRow *row, const LanRow *other)
{
  int order = g_strcmp0 (row->sort_key, other->sort_key);

  return order != 0 ? order < 0 : g_strcmp0 (row->key, other->key) < 0;
}

static guint
lan_rows_find_place (LanRows *self, const LanRow *row)
{
  guint position = 0;

  while (position < self->rows->len && comes_before (self->rows->pdata[position], row))
    position++;
  return position;
}

static LanRow *
lan_rows_find (LanRows *self, const char *key)
{
  for (guint i = 0; i < self->rows->len; i++)
    {
      LanRow *row = self->rows->pdata[i];

      if (g_str_equal (row->key, key))
        return row;
    }
  return NULL;
}

static void
lan_rows_insert (LanRows *self, LanRow *row)
{
  guint position = lan_rows_find_place (self, row);

  g_ptr_array_insert (self->rows, position, row);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 0, 1);
}

static LanRow *
lan_rows_take_out (LanRows *self, LanRow *row)
{
  guint position;

  if (!g_ptr_array_find (self->rows, row, &position))
    g_assert_not_reached ();

  g_ptr_array_steal_index (self->rows, position);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
  return row;
}

/* Of equals the eldest stays, so that a row does not flicker. */
static LanRecord *
lan_row_choose (LanRow *row)
{
  LanRecord *best = row->records->pdata[0];

  for (guint i = 1; i < row->records->len; i++)
    {
      LanRecord *record = row->records->pdata[i];

      if (record->rank < best->rank)
        best = record;
    }
  return best;
}

/* A row that has another name now belongs elsewhere. */
static void
lan_rows_refresh (LanRows *self, LanRow *row)
{
  LanRecord *best = lan_row_choose (row);
  g_autofree char *sort_key = make_sort_key (best->name);

  if (!g_str_equal (sort_key, row->sort_key))
    {
      lan_rows_take_out (self, row);
      g_free (row->sort_key);
      row->sort_key = g_steal_pointer (&sort_key);
      lan_rows_insert (self, row);
    }
  lan_chat_update (row->chat, best);
}

static LanRow *
lan_rows_add_row (LanRows *self, LanRecord *record)
{
  LanRow *row = g_new0 (LanRow, 1);

  row->chat = lan_chat_new (record);
  row->key = g_strdup (record->key);
  row->sort_key = make_sort_key (record->name);
  row->records = g_ptr_array_new ();
  g_ptr_array_add (row->records, record);
  lan_rows_insert (self, row);
  return row;
}

static void
lan_rows_add (LanRows *self, const char *service, LanRecord *record)
{
  LanRow *row = lan_rows_find (self, record->key);
  LanSighting *sighting;

  if (row == NULL && self->rows->len >= LAN_ROWS_MAX)
    {
      g_debug ("There are more chats than fit into the list");
      lan_record_free (record);
      return;
    }

  sighting = g_new0 (LanSighting, 1);
  sighting->record = record;
  g_hash_table_insert (self->sightings, g_strdup (service), sighting);
  if (row == NULL)
    {
      sighting->row = lan_rows_add_row (self, record);
      return;
    }

  sighting->row = row;
  g_ptr_array_add (row->records, record);
  lan_rows_refresh (self, row);
}

static void
lan_rows_replace (LanRows *self, LanSighting *sighting, LanRecord *record)
{
  g_autoptr (LanRecord) old = sighting->record;
  GPtrArray *records = sighting->row->records;
  guint position;

  if (!g_ptr_array_find (records, old, &position))
    g_assert_not_reached ();

  records->pdata[position] = record;
  sighting->record = record;
  lan_rows_refresh (self, sighting->row);
}

/**
 * lan_rows_put:
 * @rows: the rows
 * @service: which service this is of: a name, an interface and a protocol
 * @record: (transfer full): what was found
 *
 * Adds what a service says, or replaces what it said before. Over %LAN_ROWS_MAX rows, new chats
 * are ignored.
 */
void
lan_rows_put (LanRows *self, const char *service, LanRecord *record)
{
  g_autoptr (LanRows) guard G_GNUC_UNUSED = g_object_ref (self);
  LanSighting *sighting = g_hash_table_lookup (self->sightings, service);

  if (sighting != NULL && g_str_equal (sighting->record->key, record->key))
    {
      lan_rows_replace (self, sighting, record);
      return;
    }

  lan_rows_remove (self, service);
  lan_rows_add (self, service, record);
}

/**
 * lan_rows_remove:
 * @rows: the rows
 * @service: a service, known or not
 *
 * Forgets what a service said; the row goes if no other tells of the same chat.
 */
void
lan_rows_remove (LanRows *self, const char *service)
{
  g_autoptr (LanRows) guard G_GNUC_UNUSED = g_object_ref (self);
  LanSighting *sighting = g_hash_table_lookup (self->sightings, service);
  LanRow *row;

  if (sighting == NULL)
    return;

  row = sighting->row;
  g_ptr_array_remove (row->records, sighting->record);
  g_hash_table_remove (self->sightings, service);
  if (row->records->len > 0)
    lan_rows_refresh (self, row);
  else
    lan_row_free (lan_rows_take_out (self, row));
}

/**
 * lan_rows_clear:
 * @rows: the rows
 *
 * Forgets everything.
 */
void
lan_rows_clear (LanRows *self)
{
  guint n = self->rows->len;

  if (n == 0)
    return;

  g_hash_table_remove_all (self->sightings);
  g_ptr_array_set_size (self->rows, 0);
  g_list_model_items_changed (G_LIST_MODEL (self), 0, n, 0);
}

/**
 * lan_rows_new:
 *
 * Returns: (transfer full): a list without rows
 */
LanRows *
lan_rows_new (void)
{
  return g_object_new (LAN_TYPE_ROWS, NULL);
}
