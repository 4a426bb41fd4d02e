/* lan-record.h: (pure) a chat as one resolver found it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * LanAnswer:
 * @instance: the service's name
 * @host: the name of the host
 * @address: an address of the host, as numbers
 * @interface: the name of the interface that it came by
 * @port: the port
 * @txt: the TXT record, an `aay`
 * @local: whether this machine announces it
 *
 * What a resolver says. A stranger wrote all of it.
 */
typedef struct
{
  const char *instance;
  const char *host;
  const char *address;
  const char *interface;
  guint16 port;
  GVariant *txt;
  gboolean local;
} LanAnswer;

/**
 * LanRecord:
 * @key: the same for all that tell of one chat
 * @id: the chat's id; empty if it has none
 * @name: the chat's name
 * @host: the name of the host
 * @address: how to reach it; a link-local IPv6 address has its scope
 * @port: the port
 * @path: where its page is
 * @version: the version of the record
 * @rank: how good the address is; less is better
 *
 * A chat as it was found on one interface by one protocol, checked and clean.
 */
typedef struct
{
  char *key;
  char *id;
  char *name;
  char *host;
  char *address;
  guint16 port;
  char *path;
  guint version;
  guint rank;
} LanRecord;

LanRecord *lan_record_new (const LanAnswer *answer);
void lan_record_free (LanRecord *record);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LanRecord, lan_record_free)

G_END_DECLS
