/* socketio-json-tree.c
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Makes json-glib's arrays and objects of the values that socketio-json.c has read, and reads
 * strings and integers back. Large objects are looked at first: names that are repeated, or chosen
 * to collide, would cost JsonObject quadratic time. */

#include "config.h"

#include "socketio-json-tree.h"
#include "socketio-json.h"

#include <string.h>

/* Up to here an object's names may be repeated or collide as they like. */
#define FEW_ENTRIES 64

/* How many earlier names on average a name may meet in its bucket. Names that nobody chose meet
 * less than one. */
#define MAX_PROBES 32

static int
compare_names (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const SocketioJsonEntry *const *first = a, *const *second = b;
  const char *names = user_data;

  return strcmp (names + (*first)->name, names + (*second)->name);
}

/* Gives the last value of a repeated name to the first entry of that name, as in JavaScript, and
 * leaves the others without a value. JsonObject would do the same, but walk a list for each. GLib's
 * sort keeps equal names in their order. */
static void
merge_repeated (SocketioJsonEntry *entries, guint n_entries, const char *names)
{
  g_autofree SocketioJsonEntry **sorted = g_new (SocketioJsonEntry *, n_entries);
  SocketioJsonEntry *first;

  for (guint i = 0; i < n_entries; i++)
    sorted[i] = &entries[i];
  g_qsort_with_data (sorted, n_entries, sizeof *sorted, compare_names, (gpointer)names);

  first = sorted[0];
  for (guint i = 1; i < n_entries; i++)
    {
      if (strcmp (names + first->name, names + sorted[i]->name) != 0)
        {
          first = sorted[i];
          continue;
        }
      json_node_unref (first->value);
      first->value = g_steal_pointer (&sorted[i]->value);
    }
}

/* How many pairs of names meet in a hash table of @n_buckets. */
static guint64
count_probes (const guint *hashes, guint n_hashes, guint *buckets, guint n_buckets)
{
  guint64 probes = 0;

  memset (buckets, 0, n_buckets * sizeof *buckets);
  for (guint i = 0; i < n_hashes; i++)
    probes += buckets[hashes[i] * 11 % n_buckets]++;
  return probes;
}

/* Tells whether a JsonObject of these names would be slow on purpose. It is a GHashTable, whose
 * hash has no secret seed, so a stranger can choose names that all fall into one bucket and make an
 * object of a megabyte cost ten seconds. This looks at each size that the table grows through. The
 * sizes and the factor 11 are those of GLib's ghash.c; with others, equal hashes are still seen. */
static gboolean
names_collide (SocketioJsonEntry *entries, guint n_entries, const char *names)
{
  static const guint sizes[] = { 127,   251,   509,   1021,   2039,   4093,  8191,
                                 16381, 32749, 65521, 131071, 262139, 524287 };
  g_autofree guint *hashes = g_new (guint, n_entries);
  g_autofree guint *buckets = g_new (guint, 2 * n_entries + sizes[0]);
  guint n_hashes = 0;

  for (guint i = 0; i < n_entries; i++)
    if (entries[i].value != NULL)
      hashes[n_hashes++] = g_str_hash (names + entries[i].name);

  for (guint i = 0; i < G_N_ELEMENTS (sizes) && (i == 0 || sizes[i - 1] < n_hashes); i++)
    {
      guint n_present = MIN (n_hashes, sizes[i]);

      if (count_probes (hashes, n_present, buckets, sizes[i]) > (guint64)MAX_PROBES * n_present)
        return TRUE;
    }

  return FALSE;
}

/**
 * socketio_json_tree_new_array:
 * @entries: the elements, whose values are taken
 * @n_entries: how many there are
 *
 * Makes an array.
 *
 * Returns: (transfer full): the array
 */
JsonNode *
socketio_json_tree_new_array (SocketioJsonEntry *entries, guint n_entries)
{
  JsonArray *array = json_array_sized_new (n_entries);
  JsonNode *node = json_node_init_array (json_node_alloc (), array);

  for (guint i = 0; i < n_entries; i++)
    json_array_add_element (array, g_steal_pointer (&entries[i].value));

  json_array_unref (array);
  return node;
}

/**
 * socketio_json_tree_new_object:
 * @entries: the members, whose values are taken
 * @n_entries: how many there are
 * @names: the buffer that holds their names
 *
 * Makes an object. Of members with the same name the last one counts, at the place of the first.
 *
 * Returns: (transfer full) (nullable): the object, NULL if its names were chosen to collide
 */
JsonNode *
socketio_json_tree_new_object (SocketioJsonEntry *entries, guint n_entries, const char *names)
{
  JsonObject *object;
  JsonNode *node;

  if (n_entries > FEW_ENTRIES)
    {
      merge_repeated (entries, n_entries, names);
      if (names_collide (entries, n_entries, names))
        return NULL;
    }

  object = json_object_new ();
  node = json_node_init_object (json_node_alloc (), object);
  for (guint i = 0; i < n_entries; i++)
    if (entries[i].value != NULL)
      json_object_set_member (object, names + entries[i].name, g_steal_pointer (&entries[i].value));

  json_object_unref (object);
  return node;
}

/**
 * socketio_json_get_string:
 * @node: (nullable): any value
 *
 * Reads a string, whatever @node is: json-glib's own accessors call it a programming error if a
 * value from the network has another type than they expect.
 *
 * Returns: (transfer none) (nullable): the string, NULL if @node is none
 */
const char *
socketio_json_get_string (JsonNode *node)
{
  if (node == NULL || json_node_get_value_type (node) != G_TYPE_STRING)
    return NULL;
  return json_node_get_string (node);
}

/**
 * socketio_json_get_int:
 * @node: (nullable): any value
 * @value: (out): where to put the number
 *
 * Reads an integer. JavaScript has one kind of number, so `3.0` and `3e0` are integers as well.
 *
 * Returns: whether @node is an integer that fits
 */
gboolean
socketio_json_get_int (JsonNode *node, gint64 *value)
{
  GType type = node != NULL ? json_node_get_value_type (node) : G_TYPE_INVALID;
  double number;

  if (type == G_TYPE_INT64)
    {
      *value = json_node_get_int (node);
      return TRUE;
    }
  if (type != G_TYPE_DOUBLE)
    return FALSE;

  number = json_node_get_double (node);
  if (!(number >= -0x1p63 && number < 0x1p63) || number != (gint64)number)
    return FALSE;
  *value = (gint64)number;
  return TRUE;
}
