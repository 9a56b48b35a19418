/** Reads what the WAFv2 API says of web ACLs, with AWS WAF's rules and errors, and makes the firewall's values of it. */
@NullMarked
package dev.perigee.control.waf;

import org.jspecify.annotations.NullMarked;
