package dev.perigee.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.databind.util.StdConverter;
import dev.perigee.core.firewall.Component;
import dev.perigee.core.firewall.RateKey;
import dev.perigee.core.firewall.RuleAction;
import dev.perigee.core.firewall.Statement;
import dev.perigee.core.firewall.Step;
import dev.perigee.core.http.Method;
import dev.perigee.core.plan.Behavior;
import dev.perigee.core.plan.Failover;
import dev.perigee.core.plan.OriginAccess;
import dev.perigee.core.plan.Plan;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/** Plans as JSON: the records' components in their order, absent where nullable and null, everything else refused. */
final class PlanJson {
    /** Statements of web ACLs contain statements: two levels each. */
    private static final int DEPTH_MAX = 64;

    private static final int NAME_MAX = 64;
    private static final int DIGITS_MAX = 20;

    private static final JsonMapper MAPPER = mapper();
    private static final ObjectReader READER = MAPPER.readerFor(Plan.class);
    private static final ObjectWriter WRITER = MAPPER.writerFor(Plan.class);

    private PlanJson() {}

    static byte[] write(Plan plan) {
        try {
            return WRITER.writeValueAsBytes(plan);
        } catch (JsonProcessingException unwritable) {
            throw new IllegalArgumentException(
                    "plan " + plan.version() + " cannot be written: " + unwritable.getOriginalMessage(), unwritable);
        }
    }

    static Plan read(byte[] json) throws MalformedPlanException {
        try {
            Plan plan = READER.readValue(json);
            // Of the value null, and of a document without any value, the reader makes null.
            if (plan == null) throw new MalformedPlanException("no plan in the JSON");
            return plan;
        } catch (JsonProcessingException unreadable) {
            throw new MalformedPlanException("the JSON is not a plan: " + unreadable.getOriginalMessage());
        } catch (IOException | RuntimeException unreadable) {
            // The bytes are not trusted: whatever they make the library throw is the fault of the document.
            throw new MalformedPlanException("the JSON is not a plan: " + unreadable);
        }
    }

    private static JsonMapper mapper() {
        JsonMapper.Builder builder = JsonMapper.builder(factory())
                .annotationIntrospector(new NullnessIntrospector())
                .defaultPropertyInclusion(
                        JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
                .enable(
                        DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
                        DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
                        DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS,
                        DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .addMixIn(OriginAccess.class, OriginAccessTag.class)
                .addMixIn(Step.class, FirewallTags.OfStep.class)
                .addMixIn(Statement.class, FirewallTags.OfStatement.class)
                .addMixIn(Component.class, FirewallTags.OfComponent.class)
                .addMixIn(RuleAction.class, FirewallTags.OfAction.class)
                .addMixIn(RateKey.class, FirewallTags.OfRateKey.class)
                .addMixIn(Behavior.class, OrderedMethods.class)
                .addMixIn(Failover.class, OrderedStatuses.class);
        for (LogicalType type : List.of(LogicalType.Textual, LogicalType.Enum, LogicalType.Integer)) {
            builder.withCoercionConfig(type, config -> {
                for (CoercionInputShape shape : CoercionInputShape.values()) {
                    config.setCoercion(shape, CoercionAction.Fail);
                }
            });
        }
        return builder.build();
    }

    private static JsonFactory factory() {
        return JsonFactory.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxDocumentLength(PlanDocument.BYTES_MAX)
                        .maxNestingDepth(DEPTH_MAX)
                        .maxStringLength(PlanDocument.BYTES_MAX)
                        .maxNameLength(NAME_MAX)
                        .maxNumberLength(DIGITS_MAX)
                        .build())
                .streamWriteConstraints(StreamWriteConstraints.builder()
                        .maxNestingDepth(DEPTH_MAX)
                        .build())
                .build();
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = OriginAccess.Anonymous.class, name = "anonymous"),
        @JsonSubTypes.Type(value = OriginAccess.Signed.class, name = "signed"),
        @JsonSubTypes.Type(value = OriginAccess.Certificate.class, name = "certificate")
    })
    interface OriginAccessTag {}

    interface OrderedMethods {
        @JsonSerialize(converter = InOrder.class)
        Set<Method> allowedMethods();

        @JsonSerialize(converter = InOrder.class)
        Set<Method> cachedMethods();
    }

    interface OrderedStatuses {
        @JsonSerialize(converter = InOrder.class)
        Set<Integer> statuses();
    }

    /** The iteration order of an immutable set differs from one run to the next. */
    private static final class InOrder<T extends Comparable<T>> extends StdConverter<Set<T>, List<T>> {
        @Override
        public List<T> convert(Set<T> values) {
            return values.stream().sorted().toList();
        }
    }
}
