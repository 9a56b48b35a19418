package dev.perigee.control.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.cbor.CBORGenerator;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import java.io.IOException;
import java.time.Instant;

/** Documents in CBOR (RFC 8949) as Smithy's protocol uses it, and in JSON as its older sister does: times are numbers. */
final class Cbor {
    private static final int DEPTH_MAX = 32;
    /** Seconds since 1970 (RFC 8949 section 3.4.2). */
    private static final int TIME_TAG = 1;

    private static final StreamReadConstraints LIMITS =
            StreamReadConstraints.builder().maxNestingDepth(DEPTH_MAX).build();
    private static final ObjectMapper CBOR = CBORMapper.builder(
                    CBORFactory.builder().streamReadConstraints(LIMITS).build())
            .addModule(times())
            .build();
    private static final ObjectMapper JSON = JsonMapper.builder(
                    JsonFactory.builder().streamReadConstraints(LIMITS).build())
            .addModule(times())
            .build();

    private Cbor() {}

    private static SimpleModule times() {
        return new SimpleModule().addSerializer(Instant.class, new Seconds());
    }

    private static final class Seconds extends StdSerializer<Instant> {
        private static final long serialVersionUID = 1;

        Seconds() {
            super(Instant.class);
        }

        @Override
        public void serialize(Instant time, JsonGenerator out, SerializerProvider provider) throws IOException {
            if (out instanceof CBORGenerator cbor) cbor.writeTag(TIME_TAG);
            out.writeNumber(time.getEpochSecond());
        }
    }

    static JsonNode read(byte[] document) throws Refused {
        return read(CBOR, document);
    }

    static JsonNode readJson(byte[] document) throws Refused {
        return read(JSON, document);
    }

    private static JsonNode read(ObjectMapper mapper, byte[] document) throws Refused {
        try {
            JsonNode node = document.length == 0 ? mapper.createObjectNode() : mapper.readTree(document);
            if (node != null && node.isObject()) return node;
        } catch (IOException | RuntimeException e) {
            // Whatever the octets make the library throw is the fault of who sent them. Told below.
        }
        throw new Refused("SerializationException", "The request body is not a structure.");
    }

    static byte[] write(ObjectNode document) {
        return write(CBOR, document);
    }

    static byte[] writeJson(ObjectNode document) {
        return write(JSON, document);
    }

    private static byte[] write(ObjectMapper mapper, ObjectNode document) {
        try {
            return mapper.writeValueAsBytes(document);
        } catch (IOException e) {
            throw new IllegalStateException("an answer cannot be written", e);
        }
    }
}
