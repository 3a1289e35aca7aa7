using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using VoiceQuality.Service.Hosting;
using VoiceQuality.Service.Tests.Cli;

namespace VoiceQuality.Service.Tests.Hosting;

public sealed class ServeSettingsTests
{
    [Fact]
    public void Nothing_at_all_gives_defaults_on_loopback()
    {
        var settings = ServeSettings.Read(null, [], out var errors);
        Assert.Empty(errors);
        Assert.Equal("http://127.0.0.1:8080/", Assert.Single(settings.Urls).AbsoluteUri);
        Assert.Null(settings.Influx.Url);
    }

    [Fact]
    public void Every_error_is_told_at_once_with_its_key_and_without_its_value()
    {
        ServeSettings.Read(
            null,
            new Dictionary<string, string?>
            {
                ["Influx:BatchPoints"] = "0",
                ["Influx:Url"] = "http://127.0.0.1:8086",
                ["Influx:Pasword"] = "hunter2",
                ["Sources:WatchedFolder:PollInterval"] = "5",
                ["Monitor:JitterBufferMs"] = "sixty",
                ["Storage:Path"] = "",
                ["Urls"] = "http://0.0.0.0:8080",
            },
            out var errors);

        string[] expected =
        [
            "Influx:BatchPoints must be from 1 to 100000",
            "Influx:Database set either",
            "Influx:Pasword is no setting",
            "Sources:WatchedFolder:PollInterval is not a time",
            "Monitor:JitterBufferMs is not a whole number",
            "Storage:Path must not be empty",
            "Urls: \"http://0.0.0.0:8080\" can be reached from other machines",
        ];
        Assert.All(expected, start => Assert.Contains(errors, e => e.StartsWith(start, StringComparison.Ordinal)));
        Assert.Equal(expected.Length, errors.Count);
        Assert.DoesNotContain(errors, error => error.Contains("hunter2", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Files_and_folders_that_are_missing_are_told_at_the_start_with_all_other_errors()
    {
        using var folder = new TemporaryFolder();
        var config = folder.File("settings.json");
        await File.WriteAllTextAsync(config, JsonSerializer.Serialize(new
        {
            Influx = new { BatchPoints = 0 },
            Sources = new { WatchedFolder = new { Path = folder.File("nothing") } },
            Reference = new { Folder = folder.File("neither") },
            Accounts = new { File = folder.File("accounts.json") },
            Usage = new { Files = new[] { config, folder.File("usage.csv") } },
        }));
        var run = await CliRun.OfAsync(["serve", "--config", config, "--db", folder.File("never.db")]);

        Assert.Equal(2, run.Status);
        Assert.Equal(
            ["Influx:BatchPoints", "Sources:WatchedFolder:Path", "Reference:Folder", "Accounts:File", "Usage:Files:1"],
            run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => line["voicequality: ".Length..].Split(": ")[0].Split(' ')[0]));
        Assert.False(File.Exists(folder.File("never.db")));
    }

    [Theory]
    [InlineData("http://127.0.0.1:1;http://[::1]:2;http://localhost:3", 0)]
    [InlineData("http://192.0.2.1:80", 1)]
    [InlineData("http://*:80", 1)]
    [InlineData("http://+:80", 1)]
    [InlineData("http://example.com:80", 1)]
    [InlineData("http://127.0.0.1.example.com", 1)]
    [InlineData("https://127.0.0.1:443", 1)]
    [InlineData("unix:/tmp/socket", 1)]
    [InlineData("", 1)]
    public void Only_loopback_is_listened_on(string urls, int expectedErrors)
    {
        var errors = new List<string>();
        LoopbackUrls.Parse(urls, errors);
        Assert.Equal(expectedErrors, errors.Count);
    }

    [Fact]
    public void An_address_that_is_taken_is_found_before_anything_starts()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var taken = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
        Assert.Equal(taken, LoopbackUrls.FindTaken([new Uri("http://127.0.0.1:0"), taken]));
        listener.Stop();
        Assert.Null(LoopbackUrls.FindTaken([taken]));
    }

    [Fact]
    public void Lists_and_nested_settings_are_read()
    {
        var settings = ServeSettings.Read(
            null,
            new Dictionary<string, string?>
            {
                ["Sources:Files:0"] = "a.pcap",
                ["Sources:Files:1"] = "b.pcap",
                ["Sources:WatchedFolder:SettleTime"] = "00:00:01",
                ["Monitor:Headers:0"] = "X-Unit",
                ["Monitor:JitterBufferMs"] = "80",
            },
            out var errors);
        Assert.Empty(errors);
        Assert.Equal(["a.pcap", "b.pcap"], settings.Sources.Files);
        Assert.Equal(TimeSpan.FromSeconds(1), settings.Sources.WatchedFolder.SettleTime);
        Assert.Equal(["X-Unit"], settings.Monitor.Headers);
        Assert.Equal(80, settings.Monitor.JitterBufferMs);
    }

    [Fact]
    public void A_section_that_does_not_exist_is_an_error_of_the_file()
    {
        var file = Path.GetTempFileName();

        try
        {
            File.WriteAllText(file, """{ "Inflx": { "Url": "http://127.0.0.1" } }""");
            ServeSettings.Read(file, [], out var errors);
            Assert.StartsWith("Inflx is no section", Assert.Single(errors), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
