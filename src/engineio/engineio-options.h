/* engineio-options.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "engineio-http-options.h"

G_BEGIN_DECLS

#define ENGINEIO_TYPE_OPTIONS (engineio_options_get_type ())

/**
 * EngineioOptions:
 *
 * Every limit and timer of a server, with Node's defaults where Node has the option. Milliseconds
 * and bytes throughout. An options object belongs to the servers that it was given to: set it up
 * before.
 */
G_DECLARE_DERIVABLE_TYPE (EngineioOptions, engineio_options, ENGINEIO, OPTIONS, EngineioHttpOptions)

/**
 * EngineioOptionsClass:
 * @parent_class: the parent's
 * @default_path: the path of a server that was given none
 *
 * What a protocol above decides for its servers.
 */
struct _EngineioOptionsClass
{
  EngineioHttpOptionsClass parent_class;

  const char *default_path;

  /*< private >*/
  gpointer padding[3];
};

EngineioOptions *engineio_options_new (void);

const char *engineio_options_get_path (EngineioOptions *options);
guint engineio_options_get_ping_interval (EngineioOptions *options);
guint engineio_options_get_ping_timeout (EngineioOptions *options);
guint engineio_options_get_upgrade_timeout (EngineioOptions *options);
guint engineio_options_get_close_timeout (EngineioOptions *options);
gsize engineio_options_get_max_payload (EngineioOptions *options);
gsize engineio_options_get_max_queue_bytes (EngineioOptions *options);
guint engineio_options_get_max_queue_packets (EngineioOptions *options);
gsize engineio_options_get_soft_queue_bytes (EngineioOptions *options);
guint engineio_options_get_max_payload_packets (EngineioOptions *options);
guint engineio_options_get_soft_queue_packets (EngineioOptions *options);
gboolean engineio_options_get_allow_upgrades (EngineioOptions *options);
gboolean engineio_options_get_allow_eio3 (EngineioOptions *options);
gboolean engineio_options_get_polling (EngineioOptions *options);
gboolean engineio_options_get_websocket (EngineioOptions *options);

gboolean engineio_options_add_origin (EngineioOptions *options, const char *origin, GError **error);
gboolean
engineio_options_add_origin_pattern (EngineioOptions *options, const char *pattern, GError **error);
gboolean engineio_options_add_host (EngineioOptions *options, const char *host, GError **error);
gboolean
engineio_options_add_trusted_proxy (EngineioOptions *options, const char *proxy, GError **error);

G_END_DECLS
