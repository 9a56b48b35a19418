package dev.perigee.app.flood;

import static dev.perigee.testkit.Http2Wire.END_HEADERS;
import static dev.perigee.testkit.Http2Wire.END_STREAM;

import dev.perigee.testkit.Http2Wire;

/** What an attacker sends, over and over, on one connection after another. */
enum Attack {
    RAPID_RESET("rapid reset") {
        @Override
        void send(Http2Wire wire, int i) {
            wire.get(2 * i + 1, "/held").number(Http2Wire.RST_STREAM, 2 * i + 1, 8);
        }
    },
    CONTINUATION("CONTINUATION without end") {
        @Override
        void send(Http2Wire wire, int i) {
            if (i == 0) wire.headers(1, END_STREAM, wire.request("GET", "/a"));
            else wire.frame(Http2Wire.CONTINUATION, 0, 1, Http2Wire.block("x-" + i, "v".repeat(1_000)));
        }
    },
    EMPTY_DATA("empty DATA") {
        @Override
        void send(Http2Wire wire, int i) {
            if (i == 0) wire.headers(1, END_HEADERS, wire.request("GET", "/a"));
            else wire.frame(Http2Wire.DATA, 0, 1);
        }
    },
    SETTINGS("SETTINGS") {
        @Override
        void send(Http2Wire wire, int i) {
            wire.settings(4, 65_535 - (i & 1));
        }
    },
    PING("PING") {
        @Override
        void send(Http2Wire wire, int i) {
            wire.frame(Http2Wire.PING, 0, 0, new byte[8]);
        }
    },
    /** Opens all windows, asks for as much as is allowed, and reads nothing of it. */
    SLOW_READER("slow reader") {
        @Override
        void send(Http2Wire wire, int i) {
            if (i == 0) wire.number(Http2Wire.WINDOW_UPDATE, 0, 1 << 30);
            if (i < 100) wire.get(2 * i + 1, "/large");
        }

        @Override
        boolean reads() {
            return false;
        }
    },
    /** Opens no window. */
    NO_WINDOW("reader without a window") {
        @Override
        void send(Http2Wire wire, int i) {
            if (i < 100) wire.get(2 * i + 1, "/large");
        }

        @Override
        int[] settings() {
            return new int[] {4, 0};
        }
    };

    private final String words;

    Attack(String words) {
        this.words = words;
    }

    String words() {
        return words;
    }

    /** Sends the part of this number; there is no end to them. */
    abstract void send(Http2Wire wire, int i);

    /** Whether it reads what the edge says of it. */
    boolean reads() {
        return true;
    }

    int[] settings() {
        return reads() ? new int[0] : new int[] {4, 1 << 30};
    }

    /** Parts that are sent in one go; those who wait send few. */
    int parts() {
        return this == SLOW_READER || this == NO_WINDOW ? 100 : 20_000;
    }
}
