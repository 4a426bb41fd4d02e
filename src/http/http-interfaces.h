/* http-interfaces.h: the addresses of this machine
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

char **http_interfaces_list_addresses (void);

G_END_DECLS
