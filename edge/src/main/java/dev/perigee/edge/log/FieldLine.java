package dev.perigee.edge.log;

import dev.perigee.core.address.AddressText;
import dev.perigee.core.encrypt.FieldStatus;
import dev.perigee.core.geo.Location;
import dev.perigee.core.geo.Locations;
import dev.perigee.core.http.Fields;
import dev.perigee.core.http.RequestHead;
import dev.perigee.core.plan.Behavior;
import dev.perigee.core.plan.Distribution;
import dev.perigee.core.plan.LogField;
import dev.perigee.edge.origin.UpstreamTimes;
import dev.perigee.edge.serve.Exchange;
import dev.perigee.edge.serve.Viewer;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes those fields of an exchange that somebody has chosen. Belongs to one event loop. */
final class FieldLine {
    /** CloudFront cuts cookies and headers here. */
    private static final int LONG_MAX = 800;

    private static final byte[] NEW_LINE = "%0A".getBytes(StandardCharsets.ISO_8859_1);
    private static final byte[] COLON = ":".getBytes(StandardCharsets.ISO_8859_1);

    private final byte[] location;
    private final Locations locations;
    private final LogText out;
    private final LogText scratch = new LogText(LONG_MAX * 4);

    FieldLine(String edgeLocation, Locations locations, int capacity) {
        this.location = edgeLocation.getBytes(StandardCharsets.ISO_8859_1);
        this.locations = locations;
        this.out = new LogText(capacity);
    }

    LogText out() {
        return out;
    }

    /** Writes a line, fields between tabs. */
    void append(List<LogField> fields, boolean cookies, Exchange x, long nowMillis) {
        for (int i = 0; i < fields.size(); i++) {
            if (i > 0) out.tab();
            LogField field = fields.get(i);
            if (field == LogField.CS_COOKIE && !cookies) out.dash();
            else append(field, x, nowMillis);
        }
        out.octet((byte) '\n');
    }

    /** Sorted by whom they are of; what is not there is a dash. */
    private void append(LogField field, Exchange x, long nowMillis) {
        switch (field) {
            case DATE, TIME, TIMESTAMP, TIMESTAMP_MILLIS, TIME_TAKEN, TIME_TO_FIRST_BYTE, ORIGIN_FBL, ORIGIN_LBL ->
                time(field, x, nowMillis);
            case C_IP, S_IP, C_PORT, C_IP_VERSION, C_COUNTRY, ASN, SSL_PROTOCOL, SSL_CIPHER, CS_PROTOCOL ->
                viewer(field, x);
            case SC_STATUS,
                    SC_BYTES,
                    X_EDGE_RESPONSE_RESULT_TYPE,
                    X_EDGE_RESULT_TYPE,
                    X_EDGE_DETAILED_RESULT_TYPE,
                    SC_CONTENT_TYPE,
                    SC_CONTENT_LEN,
                    SC_RANGE_START,
                    SC_RANGE_END -> response(field, x);
            case X_EDGE_LOCATION,
                    X_EDGE_REQUEST_ID,
                    CS_HOST,
                    CACHE_BEHAVIOR_PATH_PATTERN,
                    PRIMARY_DISTRIBUTION_ID,
                    PRIMARY_DISTRIBUTION_DNS_NAME,
                    R_HOST,
                    FLE_ENCRYPTED_FIELDS,
                    FLE_STATUS,
                    DISTRIBUTION_TENANT_ID,
                    CONNECTION_ID,
                    VIEWER_REQUEST_LOG_DATA,
                    VIEWER_RESPONSE_LOG_DATA,
                    SR_REASON,
                    X_EDGE_MQCS -> place(field, x);
            default -> asked(field, x);
        }
    }

    private void time(LogField field, Exchange x, long nowMillis) {
        UpstreamTimes origin = x.originTimes();
        switch (field) {
            case DATE -> out.raw(out.dateTime(nowMillis / 1000), 0, 10);
            case TIME -> out.raw(out.dateTime(nowMillis / 1000), 11, 8);
            case TIMESTAMP -> out.thousandths(nowMillis);
            case TIMESTAMP_MILLIS -> out.number(nowMillis);
            case TIME_TAKEN -> out.seconds(x.endedNanos() - x.startedNanos());
            case TIME_TO_FIRST_BYTE -> LogValues.firstByte(out, x);
            case ORIGIN_FBL -> duration(origin == null ? 0 : origin.firstByteNanos());
            default -> duration(origin == null ? 0 : origin.lastByteNanos());
        }
    }

    private void duration(long nanos) {
        if (nanos == 0) out.dash();
        else out.seconds(nanos);
    }

    private void viewer(LogField field, Exchange x) {
        Viewer viewer = x.viewer();
        InetSocketAddress remote = viewer.remote();
        switch (field) {
            case C_IP -> out.address(remote.getAddress());
            case S_IP -> {
                InetAddress here = viewer.local();
                // The other address is the one that is remembered.
                out.text(here == null ? null : AddressText.of(here.getAddress()));
            }
            case C_PORT -> out.number(remote.getPort());
            case C_IP_VERSION -> out.ascii(remote.getAddress() instanceof Inet6Address ? "IPv6" : "IPv4");
            case C_COUNTRY -> out.text(at(remote).country());
            case ASN -> out.text(at(remote).asn());
            case SSL_PROTOCOL -> out.text(viewer.tlsProtocol());
            case SSL_CIPHER -> out.text(viewer.tlsCipher());
            default -> out.ascii(LogValues.protocol(x));
        }
    }

    private Location at(InetSocketAddress remote) {
        return locations.at(remote.getAddress().getAddress());
    }

    private void response(LogField field, Exchange x) {
        switch (field) {
            case SC_STATUS -> out.status(x.status());
            case SC_BYTES -> out.number(x.sentOctets());
            case X_EDGE_RESPONSE_RESULT_TYPE -> out.text(x.answered().word());
            case X_EDGE_RESULT_TYPE -> out.text(x.result().word());
            case X_EDGE_DETAILED_RESULT_TYPE -> out.text(LogValues.detail(x));
            case SC_CONTENT_TYPE -> out.text(LogValues.contentType(x));
            case SC_CONTENT_LEN -> out.number(LogValues.announcedLength(x));
            case SC_RANGE_START -> LogValues.rangeFirst(out, x);
            default -> LogValues.rangeLast(out, x);
        }
    }

    private void place(LogField field, Exchange x) {
        Distribution distribution = x.distribution();
        Behavior behavior = x.behavior();
        FieldStatus fields = x.fieldStatus();
        switch (field) {
            case X_EDGE_LOCATION -> out.raw(location);
            case X_EDGE_REQUEST_ID -> out.raw(x.id());
            case CS_HOST, PRIMARY_DISTRIBUTION_DNS_NAME ->
                out.text(distribution == null ? null : distribution.domainName());
            case PRIMARY_DISTRIBUTION_ID -> out.text(distribution == null ? null : distribution.id());
            case CACHE_BEHAVIOR_PATH_PATTERN -> out.text(behavior == null ? null : behavior.pathPattern());
            case R_HOST -> out.text(askedOrigin(x, behavior));
            case FLE_STATUS -> out.text(fields == null ? null : fields.word());
            case FLE_ENCRYPTED_FIELDS -> out.number(fields == FieldStatus.PROCESSED ? x.encryptedFields() : -1);
            case VIEWER_REQUEST_LOG_DATA -> data(x.requestData());
            case VIEWER_RESPONSE_LOG_DATA -> data(x.responseData());
            // There are no tenants, and what the others would say is not known here.
            default -> out.dash();
        }
    }

    private void data(@Nullable String said) {
        if (said == null || said.isEmpty()) {
            out.dash();
            return;
        }
        String octets = new String(said.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        bounded(scratch.encoded(octets, Math.min(octets.length(), LONG_MAX)));
    }

    private static @Nullable String askedOrigin(Exchange x, @Nullable Behavior behavior) {
        UpstreamTimes origin = x.originTimes();
        return behavior == null || origin == null || origin.upstream() == null
                ? null
                : behavior.origin().domainName();
    }

    private void asked(LogField field, Exchange x) {
        RequestHead request = x.received();
        Fields fields = request.fields();
        switch (field) {
            case CS_METHOD -> out.text(request.method());
            case CS_URI -> out.text(request.target());
            case CS_URI_STEM -> out.text(request.path());
            case CS_URI_QUERY -> out.text(request.query());
            case CS_BYTES -> out.number(x.receivedOctets());
            case X_HOST_HEADER -> out.text(fields.first("Host"));
            case CS_PROTOCOL_VERSION ->
                out.ascii("HTTP/").ascii(request.version().number());
            case CS_USER_AGENT -> out.text(fields.first("User-Agent"));
            case CS_REFERER -> out.text(fields.first("Referer"));
            case X_FORWARDED_FOR -> out.text(fields.first("X-Forwarded-For"));
            case CS_ACCEPT_ENCODING -> out.text(fields.joined("Accept-Encoding"));
            case CS_ACCEPT -> out.text(fields.joined("Accept"));
            case CS_HEADERS_COUNT -> out.number(fields.size());
            case CS_COOKIE -> {
                String cookie = LogValues.cookie(fields);
                if (cookie == null) out.dash();
                else bounded(scratch.encoded(cookie, Math.min(cookie.length(), LONG_MAX)));
            }
            case CS_HEADERS -> headers(fields, true);
            case CS_HEADER_NAMES -> headers(fields, false);
            default -> out.text(Cmcd.value(request, field));
        }
    }

    /** Each in a line of its own, whose end is encoded like everything else. */
    private void headers(Fields fields, boolean values) {
        for (int i = 0; i < fields.size() && scratch.length() < LONG_MAX; i++) {
            String name = fields.name(i);
            scratch.encoded(name, Math.min(name.length(), LONG_MAX));
            if (values) {
                String value = fields.value(i);
                scratch.raw(COLON).encoded(value, Math.min(value.length(), LONG_MAX));
            }
            scratch.raw(NEW_LINE);
        }
        bounded(scratch);
    }

    /** As much of it as CloudFront writes, and no half of an encoded octet. */
    private void bounded(LogText text) {
        byte[] all = text.since(0);
        text.cut(0);
        int end = Math.min(all.length, LONG_MAX);
        if (end < all.length) {
            if (all[end - 1] == '%') end -= 1;
            else if (all[end - 2] == '%') end -= 2;
        }
        if (end == 0) out.dash();
        else out.raw(all, 0, end);
    }
}
