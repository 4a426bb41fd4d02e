/* json-lines.c: programs that a test drives by JSON, one object on each line (see peers.js)
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "json-lines.h"

#include <gio/gunixinputstream.h>
#include <stdio.h>

#include "socketio-json.h"

typedef struct
{
  JsonLinesFunc obey;
  gpointer user_data;
} Reader;

JsonObject *
json_lines_new_event (const char *name)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "event", name);
  return object;
}

void
json_lines_print (JsonObject *object)
{
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), object);
  g_autofree char *text = socketio_json_to_string (node);

  json_object_unref (object);
  fputs (text, stdout);
  fputc ('\n', stdout);
  fflush (stdout);
}

static void read_line (GDataInputStream *input, Reader *self);

static void
on_line (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Reader *self = user_data;
  GDataInputStream *input = G_DATA_INPUT_STREAM (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = NULL;
  gsize length;
  g_autofree char *line = g_data_input_stream_read_line_finish (input, result, &length, &error);

  g_assert_no_error (error);
  if (line == NULL)
    {
      self->obey (NULL, self->user_data);
      g_free (self);
      return;
    }

  node = socketio_json_parse (line, length, &error);
  g_assert_no_error (error);
  self->obey (json_node_get_object (node), self->user_data);
  read_line (input, self);
}

static void
read_line (GDataInputStream *input, Reader *self)
{
  g_data_input_stream_read_line_async (input, G_PRIORITY_DEFAULT, NULL, on_line, self);
}

void
json_lines_read (JsonLinesFunc obey, gpointer user_data)
{
  g_autoptr (GInputStream) standard_input = g_unix_input_stream_new (0, FALSE);
  g_autoptr (GDataInputStream) input = g_data_input_stream_new (standard_input);
  Reader *self = g_new (Reader, 1);

  *self = (Reader){ obey, user_data };
  read_line (input, self);
}
