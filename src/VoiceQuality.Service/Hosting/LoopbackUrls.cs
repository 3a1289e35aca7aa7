using System.Net;
using System.Net.Sockets;

namespace VoiceQuality.Service.Hosting;

/// <summary>
/// The addresses to listen on. Until there is a login, whoever reaches the service sees everything, so that it listens
/// to this machine alone.
/// </summary>
internal static class LoopbackUrls
{
    /// <summary>
    /// Hosts that a request may name, so that no page of another origin can read through a rebound name.
    /// </summary>
    public static readonly IReadOnlyList<string> Hosts = ["localhost", "127.0.0.1", "[::1]"];

    public static IReadOnlyList<Uri> Parse(string urls, ICollection<string> errors)
    {
        var accepted = new List<Uri>();

        foreach (var url in urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme != Uri.UriSchemeHttp)
            {
                errors.Add($"Urls: \"{url}\" is no address such as {ServeSettings.DefaultUrl}");
            }
            else if (!IsLoopback(address))
            {
                errors.Add($"Urls: \"{url}\" can be reached from other machines, which is refused while there is no "
                    + "login; use 127.0.0.1, [::1] or localhost");
            }
            else
            {
                accepted.Add(address);
            }
        }

        if (accepted.Count == 0 && errors.Count == 0)
        {
            errors.Add($"Urls: no address to listen on; use {ServeSettings.DefaultUrl}");
        }

        return accepted;
    }

    /// <summary>
    /// The first address that something else listens on; null when all are free. Asked before anything is started, so
    /// that nothing has to be taken back and the answer is one line.
    /// </summary>
    public static Uri? FindTaken(IEnumerable<Uri> addresses)
    {
        foreach (var address in addresses.Where(address => address.Port > 0))
        {
            var ip = IPAddress.TryParse(address.Host.Trim('[', ']'), out var parsed) ? parsed : IPAddress.Loopback;
            using var listener = new TcpListener(ip, address.Port);

            try
            {
                listener.Start();
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                return address;
            }
        }

        return null;
    }

    private static bool IsLoopback(Uri address) =>
        address.Host == "localhost"
        || (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));
}
