/* lan-avahi.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define LAN_AVAHI_SERVER          "org.freedesktop.Avahi.Server"
#define LAN_AVAHI_ENTRY_GROUP     "org.freedesktop.Avahi.EntryGroup"
#define LAN_AVAHI_SERVICE_BROWSER "org.freedesktop.Avahi.ServiceBrowser"
#define LAN_AVAHI_RESOLVER        "org.freedesktop.Avahi.ServiceResolver"

/* What a chat is called among the services of a network. */
#define LAN_SERVICE_TYPE "_madang._tcp"

/* avahi-common/address.h */
#define LAN_AVAHI_ANY_INTERFACE -1
#define LAN_AVAHI_ANY_PROTOCOL  -1
#define LAN_AVAHI_IPV4          0
#define LAN_AVAHI_IPV6          1

#define LAN_TYPE_AVAHI (lan_avahi_get_type ())

G_DECLARE_FINAL_TYPE (LanAvahi, lan_avahi, LAN, AVAHI, GObject)

LanAvahi *lan_avahi_new (void);

gboolean lan_avahi_get_available (LanAvahi *avahi);
gboolean lan_avahi_get_running (LanAvahi *avahi);
guint lan_avahi_subscribe (LanAvahi *avahi,
                           const char *interface,
                           GDBusSignalCallback callback,
                           gpointer user_data);
void lan_avahi_unsubscribe (LanAvahi *avahi, guint id);
void lan_avahi_call (LanAvahi *avahi,
                     const char *path,
                     const char *interface,
                     const char *method,
                     GVariant *parameters,
                     const char *reply_type,
                     GCancellable *cancellable,
                     GAsyncReadyCallback callback,
                     gpointer user_data);
GVariant *lan_avahi_call_finish (GAsyncResult *result, GError **error);
void lan_avahi_free_object (LanAvahi *avahi, const char *path, const char *interface);

G_END_DECLS
