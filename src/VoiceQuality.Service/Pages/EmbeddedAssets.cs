using System.Collections.Frozen;
using System.Security.Cryptography;

namespace VoiceQuality.Service.Pages;

/// <summary>The style sheet and the icon, held in memory. A name is looked up, never opened.</summary>
internal sealed class EmbeddedAssets
{
    private const string Prefix = "wwwroot/";
    private readonly FrozenDictionary<string, Asset> _assets = Read();

    /// <summary>Address of an asset; it changes with the content, so a browser may keep it for ever.</summary>
    public string PathOf(string name) => $"/assets/{_assets[name].Version}/{name}";

    /// <summary>Serves the assets.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/assets/{version}/{name}", Get).ExcludeFromDescription()
            .WithMetadata(new AccessGroupMetadata(AccessGroup.Public)).AnswersHead();

    private static IResult Get(string version, string name, EmbeddedAssets assets, HttpContext context)
    {
        if (!assets._assets.TryGetValue(name, out var asset) || asset.Version != version)
        {
            return Missing.Page();
        }

        context.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        return TypedResults.Bytes(asset.Content, asset.ContentType);
    }

    private static FrozenDictionary<string, Asset> Read()
    {
        var assembly = typeof(EmbeddedAssets).Assembly;
        var assets = new Dictionary<string, Asset>(StringComparer.Ordinal);
        foreach (var resource in assembly.GetManifestResourceNames())
        {
            if (!resource.StartsWith(Prefix, StringComparison.Ordinal))
            {
                continue;
            }

            using var stream = assembly.GetManifestResourceStream(resource)!;
            var content = new byte[stream.Length];
            stream.ReadExactly(content);
            var name = resource[Prefix.Length..];
            var type = name.EndsWith(".css", StringComparison.Ordinal) ? "text/css; charset=utf-8" : "image/svg+xml";
            assets.Add(name, new Asset(content, type, Convert.ToHexStringLower(SHA256.HashData(content))[..16]));
        }

        return assets.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private sealed record Asset(byte[] Content, string ContentType, string Version);
}
