package dev.perigee.control.resource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perigee.control.api.Refused;
import dev.perigee.control.waf.Invalid;
import dev.perigee.control.waf.Members;
import dev.perigee.core.firewall.RuleAction;
import dev.perigee.core.firewall.Sample;
import dev.perigee.core.http.Field;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.List;

/** GetSampledRequests: what the edges that this control plane reaches have kept. */
final class WafSamples {
    private static final long MAX = 500;
    /** In the year 5138. */
    private static final double SECONDS_MAX = 1e11;

    private final Store store;
    private final SampleSource source;

    WafSamples(Store store, SampleSource source) {
        this.store = store;
        this.source = source;
    }

    ObjectNode get(Members input) throws Refused {
        input.only("WebAclArn", "RuleMetricName", "Scope", "TimeWindow", "MaxItems");
        String arn = input.text("WebAclArn");
        long max = input.number("MaxItems", 1, MAX);
        Members window = input.object("TimeWindow").only("StartTime", "EndTime");
        long from = millis(window, "StartTime");
        long to = millis(window, "EndTime");
        Invalid.unless(from <= to, "TIME_WINDOW", "EndTime", "EndTime is before StartTime");
        store.read(tables -> WafStore.required(tables, WafKind.WEB_ACL, arn));
        SampleSource.Sampled sampled = source.of(arn, input.text("RuleMetricName"), from, to);
        List<Sample> latest = sampled.samples().stream()
                .sorted(Comparator.comparingLong(Sample::millis).reversed())
                .limit(max)
                .toList();
        ObjectNode output = WafOperations.object();
        ArrayNode requests = output.putArray("SampledRequests");
        long weight = latest.isEmpty() ? 1 : Math.max(1, sampled.population() / latest.size());
        for (Sample each : latest) requests.add(shown(each, weight));
        output.put("PopulationSize", sampled.population());
        output.putObject("TimeWindow").put("StartTime", seconds(from)).put("EndTime", seconds(to));
        return output;
    }

    private static long millis(Members window, String name) throws Refused {
        JsonNode value = window.node().path(name);
        double seconds = value.doubleValue();
        boolean time = value.isNumber() && seconds >= 0 && seconds <= SECONDS_MAX;
        Invalid.unless(time, "TIME_WINDOW", name, name + " is missing or no time");
        return Math.round(seconds * 1000);
    }

    private static BigDecimal seconds(long millis) {
        return BigDecimal.valueOf(millis, 3);
    }

    private static ObjectNode shown(Sample sample, long weight) {
        ObjectNode shown = WafOperations.object();
        ObjectNode request = shown.putObject("Request")
                .put("ClientIP", sample.address())
                .put("Country", sample.country() == null ? "-" : sample.country())
                .put("URI", sample.uri())
                .put("Method", sample.method())
                .put("HTTPVersion", "HTTP/" + sample.version());
        headers(request.putArray("Headers"), sample.headers());
        shown.put("Weight", weight).put("Timestamp", seconds(sample.millis())).put("Action", action(sample.action()));
        if (sample.within() != null) shown.put("RuleNameWithinRuleGroup", sample.within());
        if (!sample.inserted().isEmpty()) headers(shown.putArray("RequestHeadersInserted"), sample.inserted());
        if (sample.responseCode() != 0) shown.put("ResponseCodeSent", sample.responseCode());
        ArrayNode labels = shown.putArray("Labels");
        for (String label : sample.labels()) labels.addObject().put("Name", label);
        return shown;
    }

    private static void headers(ArrayNode into, List<Field> fields) {
        for (Field field : fields) into.addObject().put("Name", field.name()).put("Value", field.value());
    }

    private static String action(RuleAction action) {
        return switch (action) {
            case RuleAction.Allow _ -> "ALLOW";
            case RuleAction.Count _ -> "COUNT";
            case RuleAction.Block _ -> "BLOCK";
        };
    }
}
