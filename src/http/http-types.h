/* http-types.h: names that all of http/ shares
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HttpError:
 * @HTTP_ERROR_FAILED: something else
 * @HTTP_ERROR_INVALID_ORIGIN: a text is no serialised origin
 * @HTTP_ERROR_INVALID_HOST: a text is no host name
 * @HTTP_ERROR_NOT_FOUND: a folder or a file is not there or cannot be read
 * @HTTP_ERROR_ADDRESS: an address cannot be listened on
 * @HTTP_ERROR_ADDRESS_IN_USE: somebody else listens on the address and port
 *
 * Errors of this layer.
 */
typedef enum
{
  HTTP_ERROR_FAILED,
  HTTP_ERROR_INVALID_ORIGIN,
  HTTP_ERROR_INVALID_HOST,
  HTTP_ERROR_NOT_FOUND,
  HTTP_ERROR_ADDRESS,
  HTTP_ERROR_ADDRESS_IN_USE,
} HttpError;

#define HTTP_ERROR (http_error_quark ())

GQuark http_error_quark (void);

G_END_DECLS
