package dev.perigee.app.cli;

import dev.perigee.app.budget.Webhook;
import dev.perigee.app.folder.Settings;
import dev.perigee.app.local.KafkaChoice;
import dev.perigee.app.local.TelemetryChoice;
import dev.perigee.app.local.TraceChoice;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Flags of {@code up}: who else is told of requests. */
final class TelemetryOptions {
    @Option(
            names = "--kafka",
            paramLabel = "SERVERS",
            description = "Send the records of real-time logs to these servers of Apache Kafka, host:port separated by"
                    + " commas; the topic is named as the stream.")
    private @Nullable String kafka;

    @Option(
            names = "--kafka-properties",
            paramLabel = "FILE",
            description = "More properties for Kafka's client, such as security.protocol.")
    private @Nullable Path kafkaProperties;

    @Option(
            names = "--budget-webhook",
            paramLabel = "URL",
            description =
                    "Tell this address, by a POST of JSON, when half, 80 and 100 percent of a distribution's budget is"
                            + " spent (see guard).")
    private @Nullable String budgetWebhook;

    @Option(
            names = "--traces",
            paramLabel = "URL",
            description =
                    "Send spans of sampled requests to this collector, by OpenTelemetry's OTLP over HTTP (/v1/traces).")
    private @Nullable String traces;

    @Option(
            names = "--trace-sample",
            paramLabel = "SHARE",
            description = "With --traces: the share of requests, from 0 to 1 (default: 0.01).")
    private @Nullable String traceSample;

    @Option(
            names = "--trust-traceparent",
            description = "With --traces: take traces over from viewers that send traceparent, whatever the share.")
    private boolean trustTraceparent;

    /** What was chosen here or in the settings; throws IllegalArgumentException with a line for the user. */
    TelemetryChoice choice(Settings settings) {
        String webhook = budgetWebhook == null ? settings.text("budget-webhook") : budgetWebhook;
        return new TelemetryChoice(
                KafkaChoice.of(
                        kafka == null ? settings.list("kafka") : kafka,
                        kafkaProperties == null ? settings.path("kafka-properties") : kafkaProperties),
                webhook == null ? null : Webhook.address(webhook),
                TraceChoice.of(
                        traces == null ? settings.text("traces") : traces,
                        traceSample == null ? settings.text("trace-sample") : traceSample,
                        trustTraceparent || "true".equals(settings.text("trust-traceparent"))));
    }

    /** The same as flags. */
    static List<String> arguments(TelemetryChoice choice) {
        List<String> arguments = new ArrayList<>();
        KafkaChoice chosen = choice.kafka();
        if (chosen != null) {
            arguments.add("--kafka=" + chosen.servers());
            if (chosen.file() != null) arguments.add("--kafka-properties=" + chosen.file());
        }
        if (choice.budgetWebhook() != null) arguments.add("--budget-webhook=" + choice.budgetWebhook());
        TraceChoice spans = choice.traces();
        if (spans != null) {
            arguments.add("--traces=" + spans.endpoint());
            arguments.add("--trace-sample=" + spans.sample());
            if (spans.trust()) arguments.add("--trust-traceparent");
        }
        return arguments;
    }
}
