/* fuzz-json.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* Any bytes may come from the network. What is taken as JSON must be written as JSON that means the
 * same. */

#include "config.h"

#include "socketio-json.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (JsonNode) again = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  g_autofree char *text_again = NULL;

  node = socketio_json_parse ((const char *)data, size, &error);
  if (node == NULL)
    {
      g_assert_nonnull (error);
      return 0;
    }

  g_assert_no_error (error);
  g_assert_true (json_node_is_immutable (node));

  text = socketio_json_to_string (node);
  again = socketio_json_parse (text, -1, &error);
  g_assert_no_error (error);
  text_again = socketio_json_to_string (again);
  g_assert_cmpstr (text, ==, text_again);
  return 0;
}
