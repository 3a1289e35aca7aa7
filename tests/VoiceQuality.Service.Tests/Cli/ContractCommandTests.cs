using System.Text.Json;

namespace VoiceQuality.Service.Tests.Cli;

public class ContractCommandTests
{
    private const string Right = """
        {"id":"a-01","op":"credit.stack","given":{"credits":["10.00","106.00"]},"expect":{"total":"116.00"}}
        """;

    private const string Wrong = """
        {"id":"a-02","op":"credit.stack","given":{"credits":["1.00"]},
         "expect":{"total":"2.00"}}
        """;

    private const string Foreign = """{"id":"a-03","op":"no.such","given":{},"expect":{"cell":"'=\u000a"}}""";

    private const string Bad = """{"id":"a-04","op":"credit.stack","given":{"credits":[1]},"expect":{}}""";

    [Fact]
    public async Task All_answers_as_expected_are_status_0_and_one_line()
    {
        var run = await CliRun.OfAsync(Document(Right), "contract", "run", "-");
        Assert.Equal((0, "1 passed, 0 failed\n", ""), (run.Status, run.Output, run.Error));
    }

    [Fact]
    public async Task Each_example_that_differs_is_one_line_with_what_was_expected_and_what_came()
    {
        var run = await CliRun.OfAsync(Document(Right, Wrong, Foreign, Bad), "contract", "run", "-");
        Assert.Equal(1, run.Status);
        Assert.Equal(
            [
                """a-02: expected {"total":"2.00"}, got {"total":"1.00"}""",
                """a-03: expected {"cell":"'=\n"}, got unsupported operation "no.such" """.TrimEnd(),
                """a-04: expected {}, got no answer: Field "credits": an array of strings is expected.""",
                "1 passed, 3 failed",
            ],
            run.Lines);
    }

    [Fact]
    public async Task As_json_every_example_has_its_answer()
    {
        var run = await CliRun.OfAsync(Document(Right, Wrong, Foreign), "contract", "run", "--format", "json", "-");
        Assert.Equal(1, run.Status);
        using var json = JsonDocument.Parse(run.Output);
        Assert.True(JsonElement.DeepEquals(json.RootElement, JsonDocument.Parse("""
            [{"id":"a-01","actual":{"total":"116.00"},"matches":true},
             {"id":"a-02","actual":{"total":"1.00"},"matches":false},
             {"id":"a-03","actual":null,"matches":false}]
            """).RootElement));
    }

    [Fact]
    public async Task A_file_is_read_with_or_without_a_byte_order_mark()
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("examples.json");
        await File.WriteAllTextAsync(file, Document(Right), new System.Text.UTF8Encoding(true));
        Assert.Equal(0, (await CliRun.OfAsync(["contract", "run", file])).Status);
    }

    [Theory]
    [InlineData("", "line 1")]
    [InlineData("{\n\"examples\":[\n{]}", "line 3, octet 2")]
    [InlineData("[]", "\"examples\"")]
    [InlineData("""{"schema_version":2,"examples":[]}""", "schema_version")]
    [InlineData("""{"examples":[1]}""", "examples[0]")]
    [InlineData("""{"examples":[{"id":"a","op":"x","given":{},"expect":{}},{"id":"b"}]}""", "examples[1] has no string \"op\"")]
    [InlineData("""{"examples":[{"id":"a","op":"x","given":{}}]}""", "\"expect\"")]
    [InlineData("""{"examples":[{"id":"a","op":"x","given":{},"expect":{"a":"\ud800"}}]}""", "Unicode")]
    [InlineData("""{"examples":[{"id":"a","op":"x","given":{},"expect":{}},{"id":"a","op":"x","given":{},"expect":{}}]}""",
        "examples[1]")]
    public async Task A_file_that_holds_no_examples_is_refused_with_the_place(string json, string place) =>
        (await CliRun.OfAsync(json, "contract", "run", "-")).AssertRefused(place);

    [Fact]
    public async Task A_file_that_cannot_be_read_is_refused()
    {
        using var folder = new TemporaryFolder();
        (await CliRun.OfAsync(["contract", "run", folder.File("none.json")])).AssertRefused("none.json");
        (await CliRun.OfAsync(["contract", "run"])).AssertRefused("FILE");
        (await CliRun.OfAsync(["contract", "run", "-", "--format", "xml"])).AssertRefused("xml");
    }

    [Fact]
    public async Task Help_shows_examples()
    {
        var run = await CliRun.OfAsync(["contract", "run", "--help"]);
        Assert.Equal(0, run.Status);
        Assert.Contains("\n  voicequality contract run contract_examples.json\n", run.Output, StringComparison.Ordinal);
    }

    private static string Document(params string[] examples) =>
        $$"""{"schema_version":1,"examples":[{{string.Join(',', examples)}}]}""";
}
