package dev.perigee.core.plan;

import java.util.List;

/**
 * What is told at once of some of a behavior's requests (RealtimeLogConfig).
 *
 * @param name of the config
 * @param samplingRate percentage of requests that are told of
 * @param fields of a record, in their order
 * @param stream that records are for: the name in the ARN of the stream
 */
public record RealtimeLog(String name, int samplingRate, List<LogField> fields, String stream) {
    public static final int RATE_MAX = 100;

    public RealtimeLog {
        fields = List.copyOf(fields);
        if (name.isEmpty() || stream.isEmpty()) throw new IllegalArgumentException("a real-time log without a name");
        if (samplingRate < 1 || samplingRate > RATE_MAX) {
            throw new IllegalArgumentException("the sampling rate of " + name + " is " + samplingRate);
        }
        if (fields.isEmpty()) throw new IllegalArgumentException("the real-time log " + name + " has no fields");
        for (int i = 0; i < fields.size(); i++) {
            LogField field = fields.get(i);
            if (field.realtimeName() == null || (i > 0 && field.compareTo(fields.get(i - 1)) <= 0)) {
                throw new IllegalArgumentException("the fields of " + name + " are not in their order: " + fields);
            }
        }
    }
}
