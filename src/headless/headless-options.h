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
 * @version: whether to tell the version and be done
 * @print_config: whether to write the configuration and be done
 * @links: (nullable): chats to join with a window
 * @needs_server: whether the command line has something that only a server can do
 * @config: (nullable): the file with more options; after a `-` it need not be there
 * @log_level: (nullable): how much is logged
 * @address: (nullable): the address to listen on; %NULL for all
 * @port: the port to listen on; 0 for a free one
 * @static_folder: (nullable): the folder to serve in place of our page
 * @origins: (nullable): origins whose pages may take part
 * @hosts: (nullable): names that requests may be addressed to
 * @proxies: (nullable): addresses and networks of proxies that are believed
 * @healthz: to whom /healthz is shown
 * @metrics: to whom /metrics is shown
 * @data_dir: the folder of the database
 * @no_announce: whether others on the network cannot find the chat
 * @title: the chat's name
 * @places: for each row of the table where its value comes from, or %NULL
 * @arguments: the command line as it came
 *
 * What the command line, the environment and the file say. The fields from @config to @title are
 * those of the table in headless-rows.c.
 */
typedef struct
{
  gboolean server;
  gboolean service;
  gboolean version;
  gboolean print_config;
  char **links;
  gboolean needs_server;

  char *config;
  char *log_level;
  char *address;
  int port;
  char *static_folder;
  char **origins;
  char **hosts;
  char **proxies;
  char *healthz;
  char *metrics;
  char *data_dir;
  gboolean no_announce;
  char *title;

  char **places;
  char **arguments;
} HeadlessOptions;

HeadlessOptions *headless_options_new (void);
gboolean
headless_options_parse (HeadlessOptions *options, const char *const *arguments, GError **error);
HeadlessOptions *headless_options_read_again (HeadlessOptions *options, GError **error);
void headless_options_prefix_error (HeadlessOptions *options, const char *name, GError **error);
void headless_options_free (HeadlessOptions *options);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HeadlessOptions, headless_options_free)

G_END_DECLS
