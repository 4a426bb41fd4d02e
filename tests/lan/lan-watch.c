/* lan-watch.c: writes what a LanBrowser shows, one JSON line for each change
 *
 * The tests in Python run it in the place of a window. It ends when its standard input does.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <json-glib/json-glib.h>
#include <stdio.h>
#include <unistd.h>

#include "lan-browser.h"

static void
add_row (JsonBuilder *builder, LanChat *chat)
{
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "id");
  json_builder_add_string_value (builder, lan_chat_get_id (chat));
  json_builder_set_member_name (builder, "name");
  json_builder_add_string_value (builder, lan_chat_get_name (chat));
  json_builder_set_member_name (builder, "host");
  json_builder_add_string_value (builder, lan_chat_get_host (chat));
  json_builder_set_member_name (builder, "address");
  json_builder_add_string_value (builder, lan_chat_get_address (chat));
  json_builder_set_member_name (builder, "port");
  json_builder_add_int_value (builder, lan_chat_get_port (chat));
  json_builder_set_member_name (builder, "path");
  json_builder_add_string_value (builder, lan_chat_get_path (chat));
  json_builder_set_member_name (builder, "version");
  json_builder_add_int_value (builder, lan_chat_get_version (chat));
  json_builder_end_object (builder);
}

static void
add_rows (JsonBuilder *builder, GListModel *model)
{
  json_builder_begin_array (builder);
  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (LanChat) chat = g_list_model_get_item (model, i);

      add_row (builder, chat);
    }
  json_builder_end_array (builder);
}

static void
print_state (LanBrowser *browser)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *text = NULL;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "available");
  json_builder_add_boolean_value (builder, lan_browser_get_available (browser));
  json_builder_set_member_name (builder, "chats");
  add_rows (builder, G_LIST_MODEL (browser));
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  text = json_to_string (root, FALSE);
  /* g_print () would write it in the locale's encoding. */
  puts (text);
  fflush (stdout);
}

static void
on_chat_changed (LanChat *chat, GParamSpec *pspec, LanBrowser *browser)
{
  print_state (browser);
}

static void
on_items_changed (GListModel *model, guint position, guint removed, guint added, gpointer user_data)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (LanChat) chat = g_list_model_get_item (model, i);

      g_signal_handlers_disconnect_by_data (chat, model);
      g_signal_connect (chat, "notify", G_CALLBACK (on_chat_changed), model);
    }
  print_state (LAN_BROWSER (model));
}

static void
on_available (LanBrowser *browser, GParamSpec *pspec, gpointer user_data)
{
  print_state (browser);
}

static gboolean
on_input (GIOChannel *input, GIOCondition condition, gpointer user_data)
{
  char byte;

  if (read (STDIN_FILENO, &byte, 1) > 0)
    return G_SOURCE_CONTINUE;

  g_main_loop_quit (user_data);
  return G_SOURCE_REMOVE;
}

int
main (void)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GIOChannel) input = g_io_channel_unix_new (STDIN_FILENO);
  g_autoptr (LanBrowser) browser = lan_browser_new ();

  g_signal_connect (browser, "items-changed", G_CALLBACK (on_items_changed), NULL);
  g_signal_connect (browser, "notify::available", G_CALLBACK (on_available), NULL);
  g_io_add_watch (input, G_IO_IN | G_IO_HUP, on_input, loop);
  print_state (browser);
  g_main_loop_run (loop);

  return 0;
}
