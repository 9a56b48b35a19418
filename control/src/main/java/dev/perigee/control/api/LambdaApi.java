package dev.perigee.control.api;

import dev.perigee.core.http.Fields;
import java.util.Map;

/** The operations on Lambda functions. */
@FunctionalInterface
public interface LambdaApi {
    Answer handle(Question question) throws Refused;

    /**
     * One call.
     *
     * @param name of the function as it stands in the path, decoded; empty where there is none
     * @param sid of a statement; empty where there is none
     */
    @SuppressWarnings("ArrayRecordComponent") // the body is handed on, never compared
    record Question(
            Operation operation, String name, String sid, Map<String, String> query, Fields headers, byte[] body) {}

    /** What came of it. */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Answer(int status, Fields headers, byte[] body) {}

    /** By the names of the API. */
    enum Operation {
        CREATE("CreateFunction"),
        LIST("ListFunctions"),
        GET("GetFunction"),
        DELETE("DeleteFunction"),
        UPDATE_CODE("UpdateFunctionCode"),
        GET_CONFIGURATION("GetFunctionConfiguration"),
        UPDATE_CONFIGURATION("UpdateFunctionConfiguration"),
        PUBLISH("PublishVersion"),
        LIST_VERSIONS("ListVersionsByFunction"),
        ADD_PERMISSION("AddPermission"),
        GET_POLICY("GetPolicy"),
        REMOVE_PERMISSION("RemovePermission"),
        INVOKE("Invoke");

        final String word;

        Operation(String word) {
            this.word = word;
        }
    }
}
