using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace VoiceQuality.Service.Telemetry.Influx;

/// <summary>What became of one request.</summary>
/// <param name="Status">Status code; null when no response came.</param>
/// <param name="RetryAfter">What the server asked for.</param>
internal readonly record struct InfluxReply(HttpStatusCode? Status, TimeSpan? RetryAfter)
{
    /// <summary>The server took the points.</summary>
    public bool IsWritten => Status is { } status && (int)status is >= 200 and < 300;

    /// <summary>
    /// The points themselves were refused. Missing rights and a missing database are not among these: an operator can
    /// mend them while the spool waits.
    /// </summary>
    public bool IsRefused => Status is HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge
        or HttpStatusCode.UnprocessableEntity;
}

/// <summary>Sends one batch over either interface of InfluxDB.</summary>
internal sealed class InfluxRequest(HttpClient client, InfluxOptions options, TimeProvider time)
{
    private readonly Uri _address = AddressOf(options);

    public async Task<InfluxReply> SendAsync(InfluxBatch batch, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, _address);
        message.Content = new ByteArrayContent(batch.Body);
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("text/plain", "utf-8");
        message.Content.Headers.ContentEncoding.Add("gzip");
        message.Headers.Authorization = AuthorizationOf(options);

        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(options.RequestTimeout);

        try
        {
            using var response = await client.SendAsync(message, timeout.Token);
            return new InfluxReply(response.StatusCode, RetryAfterOf(response.Headers.RetryAfter));
        }
        catch (HttpRequestException)
        {
            return default;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return default;
        }
    }

    private TimeSpan? RetryAfterOf(RetryConditionHeaderValue? header) =>
        header?.Delta ?? (header?.Date is { } date ? date - time.GetUtcNow() : null);

    private static Uri AddressOf(InfluxOptions options)
    {
        var root = options.Url!.AbsoluteUri.TrimEnd('/');

        return new Uri(string.IsNullOrEmpty(options.Bucket)
            ? string.Create(CultureInfo.InvariantCulture,
                $"{root}/write?db={Uri.EscapeDataString(options.Database!)}&precision=ns")
            : string.Create(CultureInfo.InvariantCulture,
                $"{root}/api/v2/write?org={Uri.EscapeDataString(options.Org!)}"
                + $"&bucket={Uri.EscapeDataString(options.Bucket)}&precision=ns"));
    }

    private static AuthenticationHeaderValue? AuthorizationOf(InfluxOptions options) => options switch
    {
        { Token.Length: > 0 } => new AuthenticationHeaderValue("Token", options.Token),
        { User.Length: > 0 } => new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{options.User}:{options.Password}"))),
        _ => null,
    };
}
