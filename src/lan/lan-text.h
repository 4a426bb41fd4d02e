/* lan-text.h: (pure) what stands in a DNS-SD record
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a service may be called: one label of DNS (RFC 6763, section 4.1.1; RFC 1035, 2.3.4). */
#define LAN_INSTANCE_MAX_BYTES 63

/* What one string of a TXT record may have, its key included (RFC 6763, section 6.1). */
#define LAN_TXT_MAX_BYTES 255

/* How many characters of a chat's name are shown. */
#define LAN_NAME_MAX_LENGTH 64

char *lan_text_cut (const char *text, gsize max_bytes);
char *lan_text_clean (const char *text, gssize length);
gboolean lan_text_can_be_seen (const char *text);
char *lan_text_make_instance (const char *name);
GVariant *lan_text_make_txt (const char *name, const char *id, const char *path);
char *lan_text_find (GVariant *txt, const char *key, gsize *length);

G_END_DECLS
