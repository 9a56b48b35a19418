package dev.perigee.control.api;

import java.time.Instant;
import java.util.List;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallLocation;
import software.amazon.awssdk.core.protocol.MarshallingType;

/** Shapes in which every member has a value, each another one. */
final class Populated {
    private int count;

    SdkPojo of(SdkPojo builder) {
        for (SdkField<?> field : builder.sdkFields()) field.set(builder, value(field, field.location()));
        return Xml.built(builder);
    }

    private Object value(SdkField<?> field, MarshallLocation location) {
        count++;
        MarshallingType<?> type = field.marshallingType();
        if (type.equals(MarshallingType.STRING)) return text(location);
        if (type.equals(MarshallingType.INTEGER)) return count;
        if (type.equals(MarshallingType.LONG)) return 5_000_000_000L + count;
        if (type.equals(MarshallingType.FLOAT)) return 0.25f * count;
        if (type.equals(MarshallingType.DOUBLE)) return 0.1 * count;
        if (type.equals(MarshallingType.BOOLEAN)) return count % 2 == 0;
        if (type.equals(MarshallingType.INSTANT)) return Instant.ofEpochMilli(1_795_346_401_868L + count);
        if (type.equals(MarshallingType.SDK_BYTES)) return SdkBytes.fromByteArray(new byte[] {0, -1, (byte) count});
        if (type.equals(MarshallingType.SDK_POJO)) return of(field.constructor().get());
        SdkField<?> member = Xml.list(field).memberFieldInfo();
        return List.of(value(member, location), value(member, location));
    }

    private String text(MarshallLocation location) {
        return switch (location) {
            case PAYLOAD -> "text " + count + " <a&b> \"q\" 'é' \uD834\uDD1E\r\n\tend ";
            case PATH, GREEDY_PATH -> "arn:aws:x::" + count + ":a/b c+d%é";
            case QUERY_PARAM -> "q " + count + "+&=%é/";
            case HEADER, STATUS_CODE -> "header-" + count;
        };
    }
}
