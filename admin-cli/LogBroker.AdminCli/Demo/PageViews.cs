using System.Text.Json;
using System.Text.Json.Serialization;
using LogBroker.Client;

namespace LogBroker.AdminCli.Demo;

/// <summary>Visitors of a shop that is not there: few products are looked at by many, most by few; who bought comes back.</summary>
internal sealed class PageViews(TimeProvider time, Random random)
{
    private const int UserCount = 2_000;
    private const double Popularity = 1.4;

    private static readonly string[] Products =
    [
        "kettle", "teapot", "lamp", "desk", "chair", "shelf", "rug", "clock", "mirror", "vase", "blanket", "pillow", "stool", "basket", "frame", "candle",
    ];

    private static readonly string[] Actions = ["view", "view", "view", "view", "view", "view", "cart", "buy"];

    /// <summary>The next visit: the user's id as the key, what they did as JSON.</summary>
    public ProducerRecord<string, string> Next(string topic)
    {
        string user = $"user-{random.Next(UserCount)}";
        var view = new PageView(user, Products[Rank(Products.Length)], Actions[random.Next(Actions.Length)], random.Next(20, 3000), time.GetUtcNow());
        return new ProducerRecord<string, string>(topic, user, JsonSerializer.Serialize(view, PageViewJson.Default.PageView));
    }

    /// <summary>A place in a list whose first places are taken most often.</summary>
    private int Rank(int count) => (int)(count * Math.Pow(random.NextDouble(), Popularity * 2));
}

/// <summary>A visit of a page.</summary>
internal sealed record PageView(string User, string Product, string Action, int DurationMs, DateTimeOffset Time);

/// <summary>How visits are written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(PageView))]
internal sealed partial class PageViewJson : JsonSerializerContext;
