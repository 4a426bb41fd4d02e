/* madang-link.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean madang_link_read (const char *link, char **host, guint16 *port, GError **error);

G_END_DECLS
