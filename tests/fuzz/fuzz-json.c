/* fuzz-json.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* Any bytes may come from the network. What is taken as JSON must be written as JSON that means the
 * same; what is plain, with the same bytes. */

#include "config.h"

#include "socketio-json-plain.h"
#include "socketio-json.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static void
check_plain (const char *data, gsize size, JsonNode *node, const char *text)
{
  SocketioJsonPlain plain;

  if (!socketio_json_plain_check (data, size, &plain))
    return;

  g_assert_nonnull (node);
  g_assert_cmpmem (text, strlen (text), data, size);
  g_assert_cmpuint (json_array_get_length (json_node_get_array (node)), ==, plain.n_elements);
}

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
      check_plain ((const char *)data, size, NULL, "");
      return 0;
    }

  g_assert_no_error (error);
  g_assert_true (json_node_is_immutable (node));

  text = socketio_json_to_string (node);
  check_plain ((const char *)data, size, node, text);
  again = socketio_json_parse (text, -1, &error);
  g_assert_no_error (error);
  text_again = socketio_json_to_string (again);
  g_assert_cmpstr (text, ==, text_again);
  return 0;
}
