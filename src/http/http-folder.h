/* http-folder.h: files of a folder, and none outside of it
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "http-types.h"

G_BEGIN_DECLS

gboolean http_path_is_decent (const char *path);

int http_folder_open (const char *folder, GError **error);
int http_folder_open_file (int folder_fd, const char *path);
int http_folder_open_by_steps (int folder_fd, const char *path);

G_END_DECLS
