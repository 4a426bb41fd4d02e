/* chat-host.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "chat-service.h"

G_BEGIN_DECLS

/**
 * ChatExposure:
 * @CHAT_EXPOSURE_OFF: to nobody
 * @CHAT_EXPOSURE_LOOPBACK: to this computer
 * @CHAT_EXPOSURE_ALL: to everybody
 *
 * To whom something about the server is shown.
 */
typedef enum
{
  CHAT_EXPOSURE_OFF,
  CHAT_EXPOSURE_LOOPBACK,
  CHAT_EXPOSURE_ALL,
} ChatExposure;

#define CHAT_TYPE_HOST (chat_host_get_type ())

G_DECLARE_FINAL_TYPE (ChatHost, chat_host, CHAT, HOST, GObject)

ChatHost *chat_host_new (ChatService *service);

ChatService *chat_host_get_service (ChatHost *host);

gboolean chat_host_check_origin (const char *origin, GError **error);
gboolean chat_host_check_host (const char *name, GError **error);
gboolean chat_host_check_proxy (const char *proxy, GError **error);
gboolean chat_host_set_static_folder (ChatHost *host, const char *folder, GError **error);
gboolean chat_host_set_access (ChatHost *host,
                               const char *const *origins,
                               const char *const *names,
                               GError **error);
gboolean chat_host_set_trusted_proxies (ChatHost *host, const char *const *proxies, GError **error);
void chat_host_set_exposure (ChatHost *host, ChatExposure healthz, ChatExposure metrics);

gboolean chat_host_listen (ChatHost *host, const char *address, guint16 port, GError **error);
guint16 chat_host_get_port (ChatHost *host);
char **chat_host_list_urls (ChatHost *host);
guint chat_host_get_n_clients (ChatHost *host);
void chat_host_close (ChatHost *host);

G_END_DECLS
