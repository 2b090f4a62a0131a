"""moto's server, the command `moto_server`: S3, SQS, DynamoDB, SNS, IAM and STS over HTTP."""

from __future__ import annotations

import json

COMMAND = ["moto_server", "-H", "127.0.0.1", "-p", "{port}"]


def signed(service, **headers):
    scope = f"AKIA/20260101/us-east-1/{service}/aws4_request"
    value = f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"
    return {"Authorization": value, "X-Amz-Date": "20260101T000000Z", **headers}


def s3(method, path, data="", **headers):
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    return {"method": method, "path": path, "data": data, "headers": signed("s3", **headers)}


def query(service, action, **form):
    form = {"Action": action, **{name.replace("_", "."): value for name, value in form.items()}}
    return {"method": "POST", "path": "/", "form": form, "headers": signed(service)}


def call(service, target, version, **arguments):
    kind = f"application/x-amz-json-{version}"
    headers = {"Content-Type": kind, "X-Amz-Target": target}
    data = json.dumps(arguments)
    return {"method": "POST", "path": "/", "data": data, "headers": signed(service, **headers)}


def dynamo(action, **arguments):
    return call("dynamodb", f"DynamoDB_20120810.{action}", "1.0", **arguments)


def sqs(action, **arguments):
    return call("sqs", f"AmazonSQS.{action}", "1.0", **arguments)


QUEUE = "http://localhost/123456789012/jobs"
COMPLETE = (
    "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>$etag</ETag></Part>"
    "</CompleteMultipartUpload>"
)
DELETE = "<Delete><Object><Key>a.txt</Key></Object><Object><Key>none</Key></Object></Delete>"

REQUESTS = [
    {"path": "/moto-api/"},
    {"path": "/moto-api/data.json"},
    {"path": "/moto-api/reset", "method": "POST"},
    {"path": "/moto-api/seed?a=42", "method": "POST"},
    s3("PUT", "/books"),
    s3("PUT", "/books"),
    s3("GET", "/"),
    s3("PUT", "/books/a.txt", "hello", Content_Type="text/plain", x_amz_meta_color="red"),
    s3("PUT", "/books/f%C3%B6lder/b%20c.txt", "second é"),
    s3("GET", "/books/a.txt"),
    s3("HEAD", "/books/a.txt"),
    s3("GET", "/books/a.txt", Range="bytes=1-3"),
    s3("GET", "/books/a.txt", If_None_Match='"5d41402abc4b2a76b9719d911017c592"'),
    s3("GET", "/books/f%C3%B6lder/b%20c.txt"),
    s3("GET", "/books?list-type=2"),
    s3("GET", "/books?prefix=f&delimiter=/"),
    s3("GET", "/books/none"),
    s3("GET", "/nobody"),
    s3("PUT", "/books/copy.txt", x_amz_copy_source="/books/a.txt"),
    s3(
        "PUT",
        "/books/a.txt?tagging",
        "<Tagging><TagSet><Tag><Key>k</Key><Value>v</Value></Tag></TagSet></Tagging>",
    ),
    s3("GET", "/books/a.txt?tagging"),
    s3("GET", "/books?location"),
    s3("GET", "/books?versioning"),
    {**s3("POST", "/books/big?uploads"), "remember": {"upload": "<UploadId>([^<]+)<"}},
    {
        **s3("PUT", "/books/big?partNumber=1&uploadId=$upload", "x" * 6_000_000),
        "remember": {"etag": r"(?i)etag: (\S+)"},
    },
    s3("GET", "/books/big?uploadId=$upload"),
    s3("POST", "/books/big?uploadId=$upload", COMPLETE),
    s3("HEAD", "/books/big"),
    s3("POST", "/books?delete", DELETE),
    s3("DELETE", "/books/copy.txt"),
    s3("DELETE", "/books"),
    s3("OPTIONS", "/books/a.txt", Origin="http://there.example"),
    sqs("CreateQueue", QueueName="jobs"),
    sqs("GetQueueUrl", QueueName="jobs"),
    sqs("SendMessage", QueueUrl=QUEUE, MessageBody="do it"),
    sqs("ReceiveMessage", QueueUrl=QUEUE),
    sqs("GetQueueUrl", QueueName="none"),
    sqs("ListQueues"),
    dynamo(
        "CreateTable",
        TableName="people",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    ),
    dynamo("PutItem", TableName="people", Item={"id": {"S": "jo"}, "n": {"N": "1"}}),
    dynamo("GetItem", TableName="people", Key={"id": {"S": "jo"}}),
    dynamo("Scan", TableName="people"),
    dynamo("DescribeTable", TableName="people"),
    dynamo("GetItem", TableName="none", Key={"id": {"S": "jo"}}),
    query("sns", "CreateTopic", Name="news"),
    query("sns", "ListTopics"),
    query("sns", "Publish", TopicArn="arn:aws:sns:us-east-1:123456789012:news", Message="é"),
    query("iam", "CreateUser", UserName="jo"),
    query("iam", "GetUser", UserName="jo"),
    query("iam", "GetUser", UserName="none"),
    query("sts", "GetCallerIdentity"),
    query("ec2", "DescribeRegions"),
    query("sns", "NoSuchAction"),
    call("kms", "TrentService.ListKeys", "1.1"),
    call("kms", "TrentService.NoSuchAction", "1.1"),
    {"path": "/"},
    {"path": "/books", "method": "PATCH", "headers": signed("s3")},
]

VOLATILE = [
    (r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "<uuid>"),
    (r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?", "<time>"),
    (
        r'("?(SentTimestamp|ApproximateFirstReceiveTimestamp|CreationDateTime)"?: ?)"?[\d.]+"?',
        r"\1<time>",
    ),
    # The id of an upload is random, and its length is, too; times have a digit more or less.
    (r"<UploadId>[^<]+<", "<UploadId>random<"),
    (r"^(2[56]|6[89]|70|8[23])\d$", "<length>"),
    (r"^\d{8,10}$", "<sum over an answer with times in it>"),
    (r"(127\.0\.0\.1|localhost):\d+", r"\1:<port>"),
]
