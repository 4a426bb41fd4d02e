/* chat-types.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

typedef struct _ChatMessage ChatMessage;
typedef struct _ChatStore ChatStore;
typedef struct _ChatTimeline ChatTimeline;
typedef struct _ChatUser ChatUser;

/* The words of the plain `message` event. */
#define CHAT_RECIPIENT_ALL "ALL"
#define CHAT_COMMAND_CHAT  "chat"
#define CHAT_COMMAND_ECHO  "echo"
#define CHAT_TYPE_TEXT     "text"

/* Names count in characters, because people do; the others count in bytes. */
#define CHAT_NAME_MAX_LENGTH  64
#define CHAT_ID_MAX_LENGTH    128
#define CHAT_FIELD_MAX_LENGTH 64

/**
 * ChatError:
 * @CHAT_ERROR_BAD_MESSAGE: a message that is no object, or whose fields have the wrong form
 * @CHAT_ERROR_BAD_NAME: a name that is empty, too long or has characters that mislead
 * @CHAT_ERROR_NAME_TAKEN: another user bears the name
 * @CHAT_ERROR_ID_TAKEN: the id or the secret belongs to another user
 * @CHAT_ERROR_NO_SUCH_USER: nobody is known by that id, name or secret
 * @CHAT_ERROR_TOO_LARGE: over a limit of size
 * @CHAT_ERROR_NOT_LOGGED_IN: only rich users may do this
 * @CHAT_ERROR_STORAGE: the database refused; the message says why
 * @CHAT_ERROR_BAD_REQUEST: an event whose arguments have the wrong form
 * @CHAT_ERROR_FAILED: anything else
 *
 * The errors of the chat. On the wire they travel as the words of [func@Chat.error_to_code].
 */
typedef enum
{
  CHAT_ERROR_BAD_MESSAGE,
  CHAT_ERROR_BAD_NAME,
  CHAT_ERROR_NAME_TAKEN,
  CHAT_ERROR_ID_TAKEN,
  CHAT_ERROR_NO_SUCH_USER,
  CHAT_ERROR_TOO_LARGE,
  CHAT_ERROR_NOT_LOGGED_IN,
  CHAT_ERROR_STORAGE,
  CHAT_ERROR_BAD_REQUEST,
  CHAT_ERROR_FAILED,
} ChatError;

#define CHAT_ERROR (chat_error_quark ())

GQuark chat_error_quark (void);
const char *chat_error_to_code (gint code);
ChatError chat_error_from_code (const char *nick);

G_END_DECLS
