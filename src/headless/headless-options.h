/* headless-options.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HeadlessOptions:
 * @server: whether to run without a window
 * @service: whether to wait for what the session bus asks for, in place of a window of its own
 * @links: (nullable): chats to join with a window
 * @needs_server: whether something was given that only a server can do
 * @log_level: (nullable): how much is logged
 * @version: whether to tell the version and be done
 * @address: (nullable): the address to listen on; %NULL for all
 * @port: the port to listen on; 0 for a free one
 * @static_folder: (nullable): the folder to serve in place of our page
 * @origins: (nullable): origins whose pages may take part
 * @hosts: (nullable): names that requests may be addressed to
 * @data_dir: the folder of the database
 * @title: the chat's name
 *
 * What the command line says.
 */
typedef struct
{
  gboolean server;
  gboolean service;
  char **links;
  gboolean needs_server;
  char *log_level;
  gboolean version;
  char *address;
  int port;
  char *static_folder;
  char **origins;
  char **hosts;
  char *data_dir;
  char *title;
} HeadlessOptions;

HeadlessOptions *headless_options_new (void);
gboolean headless_options_parse (HeadlessOptions *options, char ***arguments, GError **error);
void headless_options_free (HeadlessOptions *options);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HeadlessOptions, headless_options_free)

G_END_DECLS
