package dev.perigee.control.api;

import dev.perigee.core.http.Fields;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallLocation;
import software.amazon.awssdk.core.protocol.MarshallingType;
import software.amazon.awssdk.core.traits.PayloadTrait;

/** HTTP requests into the SDK's request classes, the SDK's response classes into HTTP responses. */
final class Messages {
    private Messages() {}

    /** The request of a call; {@code builder} is a new builder of the operation's request class. */
    static SdkPojo request(Operation operation, Map<String, String> path, Call call, SdkPojo builder) throws Refused {
        NewerMembers.checkHeaders(operation, call);
        Map<String, String> query = call.parameters();
        List<SdkField<?>> body = new ArrayList<>();
        for (SdkField<?> field : builder.sdkFields()) {
            String name = field.locationName();
            switch (field.location()) {
                case PATH, GREEDY_PATH -> set(builder, field, path.get(name));
                case QUERY_PARAM -> set(builder, field, query.get(name));
                case HEADER -> set(builder, field, call.headers().first(name));
                case PAYLOAD -> body.add(field);
                case STATUS_CODE -> throw new IllegalStateException("no request has a status");
            }
        }
        if (!body.isEmpty()) readBody(operation, call.body(), builder, body);
        return Xml.built(builder);
    }

    private static void set(SdkPojo builder, SdkField<?> field, @Nullable String value) throws Refused {
        if (value == null) return;
        String type = field.marshallingType().getTargetClass().getSimpleName();
        try {
            Object converted = switch (type) {
                case "String" -> value;
                case "Integer" -> Integer.valueOf(value);
                case "Long" -> Long.valueOf(value);
                case "Boolean" -> Boolean.valueOf(flag(value));
                default -> throw new IllegalStateException("no parameter of CloudFront's is a " + type);
            };
            field.set(builder, converted);
        } catch (IllegalArgumentException e) {
            throw new Refused(
                    "InvalidArgument",
                    "The parameter " + field.locationName() + " is '" + value + "', not a " + type + ".");
        }
    }

    private static boolean flag(String value) {
        if (!value.equals("true") && !value.equals("false")) throw new IllegalArgumentException();
        return value.equals("true");
    }

    private static void readBody(Operation operation, byte[] bytes, SdkPojo builder, List<SdkField<?>> members)
            throws Refused {
        // Clients send none when there is nothing to say.
        if (bytes.length == 0 && isOptional(operation, members)) return;
        Refused.unless(
                bytes.length > 0,
                "MissingBody",
                operation.name() + " needs a body: an XML document " + operation.requestPayload() + ".");
        SdkField<?> payload = payload(members);
        if (payload == null) {
            Xml.read(bytes, operation.requestPayload(), builder, members);
        } else if (payload.marshallingType().equals(MarshallingType.SDK_BYTES)) {
            payload.set(builder, SdkBytes.fromByteArrayUnsafe(bytes));
        } else {
            SdkPojo shape = payload.constructor().get();
            Xml.read(bytes, operation.requestPayload(), shape, shape.sdkFields());
            payload.set(builder, Xml.built(shape));
        }
    }

    private static boolean isOptional(Operation operation, List<SdkField<?>> members) {
        Set<String> required = ShapeRules.REQUIRED.getOrDefault(operation.name() + "Request", Set.of());
        return members.stream().noneMatch(field -> required.contains(field.memberName()));
    }

    /** The reply of an operation's response. */
    static Reply reply(Operation operation, SdkPojo response) {
        Fields.Builder headers = Fields.builder(8);
        List<SdkField<?>> body = new ArrayList<>();
        for (SdkField<?> field : response.sdkFields()) {
            Object value = field.getValueOrDefault(response);
            if (field.location() == MarshallLocation.PAYLOAD) {
                body.add(field);
            } else if (value != null) {
                headers.add(field.locationName(), XmlEncoder.text(value));
                // The model misspells the header of UpdateFunction; clients made from it read only that name.
                if (field.locationName().equals("ETtag")) headers.add("ETag", XmlEncoder.text(value));
            }
        }
        byte[] bytes = body.isEmpty() ? new byte[0] : body(operation, response, body, headers);
        return new Reply(operation.status(), headers.build(), bytes);
    }

    private static byte[] body(
            Operation operation, SdkPojo response, List<SdkField<?>> members, Fields.Builder headers) {
        SdkField<?> payload = payload(members);
        Object value = payload == null ? null : payload.getValueOrDefault(response);
        if (value instanceof SdkBytes bytes) return bytes.asByteArray();
        if (!headers.has("Content-Type")) headers.add("Content-Type", Reply.XML);
        String document;
        if (payload == null) {
            document = Xml.write(operation.name() + "Result", response, members);
        } else if (value instanceof SdkPojo shape) {
            document = Xml.write(payload.locationName(), shape);
        } else {
            throw new IllegalStateException(operation.name() + " answered without its " + payload.memberName());
        }
        return document.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }

    private static @Nullable SdkField<?> payload(List<SdkField<?>> members) {
        for (SdkField<?> field : members) {
            if (field.containsTrait(PayloadTrait.class)) return field;
        }
        return null;
    }
}
