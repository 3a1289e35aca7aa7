using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using VoiceQuality.Testing.Programs;

namespace VoiceQuality.Service.Tests.Grafana;

/// <summary>An installed server on a free loopback port with a temporary folder, ended with the test.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _folder;

    private ServerProcess(Process process, string folder, int port)
    {
        _process = process;
        _folder = folder;
        Client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(60) };
    }

    public HttpClient Client { get; }

    public Uri Address => Client.BaseAddress!;

    /// <summary>Starts the program and waits until <paramref name="readyPath"/> answers.</summary>
    /// <param name="program">Name on the search path.</param>
    /// <param name="readyPath">Answers with success once the server works.</param>
    /// <param name="arguments">Made of the folder, the port and a second free port.</param>
    public static async Task<ServerProcess> StartAsync(
        string program, string readyPath, Func<string, int, int, string[]> arguments)
    {
        var folder = Directory.CreateTempSubdirectory("voicequality-server-").FullName;
        var port = FreePort();
        var start = new ProcessStartInfo(RequiredProgram.PathOf(program), arguments(folder, port, FreePort()))
        {
            WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment["HOME"] = folder;
        var process = Process.Start(start)!;

        // Read and thrown away, so that the server does not stop at a full pipe.
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var server = new ServerProcess(process, folder, port);
        await server.UntilAsync(async () =>
        {
            using var response = await server.Client.GetAsync(new Uri(readyPath, UriKind.Relative));
            return response.IsSuccessStatusCode;
        });
        return server;
    }

    /// <summary>Polls until the condition holds; gives up after two minutes.</summary>
    public async Task UntilAsync(Func<Task<bool>> condition)
    {
        var began = Stopwatch.GetTimestamp();

        while (true)
        {
            Assert.False(_process.HasExited, "the server ended by itself");

            try
            {
                if (await condition())
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }

            Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromMinutes(2), "the server did not get there");
            await Task.Delay(TimeSpan.FromMilliseconds(100));
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
