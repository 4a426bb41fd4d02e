/* madang-qr-window.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define MADANG_TYPE_QR_WINDOW (madang_qr_window_get_type ())

G_DECLARE_FINAL_TYPE (MadangQrWindow, madang_qr_window, MADANG, QR_WINDOW, AdwWindow)

GtkWidget *madang_qr_window_new (GtkWindow *parent, const char *url);

G_END_DECLS
