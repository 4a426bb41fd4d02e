/* chat-types.c: the error domain of the chat and its words on the wire
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "chat-types.h"

/* clang-format off */
G_DEFINE_QUARK (chat-error-quark, chat_error)
/* clang-format on */

/* Clients compare these words: they never change. */
static const char *const codes[] = {
  [CHAT_ERROR_BAD_MESSAGE] = "bad-message",     [CHAT_ERROR_BAD_NAME] = "bad-name",
  [CHAT_ERROR_NAME_TAKEN] = "name-taken",       [CHAT_ERROR_ID_TAKEN] = "id-taken",
  [CHAT_ERROR_NO_SUCH_USER] = "no-such-user",   [CHAT_ERROR_TOO_LARGE] = "too-large",
  [CHAT_ERROR_NOT_LOGGED_IN] = "not-logged-in", [CHAT_ERROR_STORAGE] = "storage",
  [CHAT_ERROR_BAD_REQUEST] = "bad-request",     [CHAT_ERROR_FAILED] = "failed",
};

/**
 * chat_error_to_code:
 * @code: a code of [error@Chat.Error]
 *
 * Returns: the word that stands for @code on the wire; "failed" for a number that is none
 */
const char *
chat_error_to_code (gint code)
{
  if (code < 0 || (guint)code >= G_N_ELEMENTS (codes))
    return codes[CHAT_ERROR_FAILED];

  return codes[code];
}

/**
 * chat_error_from_code:
 * @nick: (nullable): a word from the wire
 *
 * Returns: the code that @nick stands for; %CHAT_ERROR_FAILED for an unknown word
 */
ChatError
chat_error_from_code (const char *nick)
{
  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    if (g_strcmp0 (nick, codes[i]) == 0)
      return i;

  return CHAT_ERROR_FAILED;
}
