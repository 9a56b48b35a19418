package dev.perigee.control.compile;

import dev.perigee.core.encrypt.FieldEncryption;

/** A field-level encryption config with the profiles and keys that it names. */
public record FieldEncryptionResource(String id, FieldEncryption encryption) {}
