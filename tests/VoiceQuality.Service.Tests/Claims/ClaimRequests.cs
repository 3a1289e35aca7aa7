using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using VoiceQuality.Service.Tests.Api;

namespace VoiceQuality.Service.Tests.Claims;

/// <summary>Requests that decide something, and what the database then has.</summary>
internal static class ClaimRequests
{
    public static async Task<HttpResponseMessage> PostAsync(
        this TestSite site, string path, string? key, string body, string? actor = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        if (key is not null)
        {
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        }

        if (actor is not null)
        {
            request.Headers.TryAddWithoutValidation("X-Actor", actor);
        }

        return await site.Client.SendAsync(request);
    }

    public static async Task<JsonElement> PostJsonAsync(
        this TestSite site, string path, string? key, string body, string? actor = null,
        HttpStatusCode expected = HttpStatusCode.Created)
    {
        using var response = await site.PostAsync(path, key, body, actor);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == expected, $"{path}: {(int)response.StatusCode} {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    public static string? Text(this JsonElement json, string name) => json.GetProperty(name).GetString();

    public static async Task AssertHoldsAsync(this TestSite site, string evidence)
    {
        var octets = Encoding.UTF8.GetBytes(await site.GetAsync(evidence));
        var verdict = Sla.Evidence.EvidenceVerifier.Verify(octets);
        Assert.True(verdict.Status == Sla.Evidence.EvidenceStatus.Holds, verdict.Message);
    }

    public static object? Scalar(this TestSite site, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={site.Database.Path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
