/* madang-qr-code.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define MADANG_TYPE_QR_CODE (madang_qr_code_get_type ())

G_DECLARE_FINAL_TYPE (MadangQrCode, madang_qr_code, MADANG, QR_CODE, GtkWidget)

void madang_qr_code_set_text (MadangQrCode *self, const char *text);

G_END_DECLS
