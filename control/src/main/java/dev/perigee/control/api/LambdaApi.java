package dev.perigee.control.api;

import dev.perigee.core.http.Fields;
import java.util.List;
import java.util.Map;

/** The operations on Lambda functions. */
public interface LambdaApi {
    Answer handle(Question question) throws Refused;

    /** What is behind the names of functions. */
    FunctionUrls urls();

    /**
     * One call.
     *
     * @param name of the function as it stands in the path, decoded; empty where there is none
     * @param part of the function: id of a statement, name of an alias; empty where there is none
     * @param tagKeys of tags that are to go
     */
    @SuppressWarnings("ArrayRecordComponent") // the body is handed on, never compared
    record Question(
            Operation operation,
            String name,
            String part,
            Map<String, String> query,
            List<String> tagKeys,
            Fields headers,
            byte[] body) {}

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
        INVOKE("Invoke"),
        CREATE_ALIAS("CreateAlias"),
        LIST_ALIASES("ListAliases"),
        GET_ALIAS("GetAlias"),
        UPDATE_ALIAS("UpdateAlias"),
        DELETE_ALIAS("DeleteAlias"),
        CREATE_URL("CreateFunctionUrlConfig"),
        GET_URL("GetFunctionUrlConfig"),
        UPDATE_URL("UpdateFunctionUrlConfig"),
        DELETE_URL("DeleteFunctionUrlConfig"),
        LIST_URLS("ListFunctionUrlConfigs"),
        TAG("TagResource"),
        UNTAG("UntagResource"),
        LIST_TAGS("ListTags"),
        GET_CONCURRENCY("GetFunctionConcurrency"),
        GET_CODE_SIGNING("GetFunctionCodeSigningConfig");

        final String word;

        Operation(String word) {
            this.word = word;
        }
    }
}
