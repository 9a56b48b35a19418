package dev.perigee.core.http;

/** One header field line (RFC 9110 section 5): the name as it was written, the value without surrounding white space. */
public record Field(String name, String value) {}
