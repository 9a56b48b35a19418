/** HTTP values: fields, dates, entity tags, ranges (RFC 9110). */
@NullMarked
package dev.perigee.core.http;

import org.jspecify.annotations.NullMarked;
