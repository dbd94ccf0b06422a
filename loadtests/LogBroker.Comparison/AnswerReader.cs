using System.Collections;
using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;
using LogBroker.Protocol;
using LogBroker.Protocol.Messages;

namespace LogBroker.Comparison;

/// <summary>Turns a response into fields by path, by reflection over its properties.</summary>
internal sealed class AnswerReader(PeerNames names)
{
    // What tells the elements of an array apart; the first that an element has is its key.
    private static readonly string[] KeyProperties =
    [
        "ResourceName", "Name", "Topic", "TopicName", "TopicId", "PartitionIndex", "Partition", "Index", "ApiKey",
        "LogDir", "NodeId", "BrokerId", "GroupId", "Key", "ProducerId", "MemberId",
    ];

    // Arrays whose order no broker promises: they come out of hash tables. Of all others the order is compared as well.
    private static readonly HashSet<string> Unordered = new(StringComparer.Ordinal)
    {
        "ConsumerGroupDescribeResponse.Groups.Members",
        "MetadataResponse.Topics", "MetadataResponse.Topics.Partitions", "DescribeConfigsResponse.Results.Configs",
        "CreateTopicsResponse.Topics.Configs", "DescribeLogDirsResponse.Results.Topics",
        "DescribeLogDirsResponse.Results.Topics.Partitions", "ApiVersionsResponse.ApiKeys",
        "DescribeProducersResponse.Topics.Partitions.ActiveProducers", "ListConfigResourcesResponse.ConfigResources",
        "ListGroupsResponse.Groups", "DeleteGroupsResponse.Results", "OffsetFetchResponse.Topics",
        "OffsetFetchResponse.Groups.Topics", "OffsetFetchResponse.Topics.Partitions",
        "OffsetFetchResponse.Groups.Topics.Partitions", "OffsetDeleteResponse.Topics",
        "OffsetDeleteResponse.Topics.Partitions", "DescribeGroupsResponse.Groups", "ConsumerGroupDescribeResponse.Groups",
        "ConsumerGroupDescribeResponse.Groups.Members", "DescribeGroupsResponse.Groups.Members",
    };

    private readonly List<AnswerField> _fields = [];

    public static Answer Read(IResponse response, PeerNames names)
    {
        var reader = new AnswerReader(names);
        reader.ReadStruct(response, "", response.GetType().Name);
        return new Answer([.. reader._fields]);
    }

    private void ReadStruct(object item, string path, string kind)
    {
        foreach (PropertyInfo property in item.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.GetIndexParameters().Length > 0) continue;
            string inside = path.Length == 0 ? property.Name : $"{path}.{property.Name}";
            ReadValue(property.Name, property.GetValue(item), inside, $"{kind}.{property.Name}");
        }
    }

    private void ReadValue(string name, object? value, string path, string kind)
    {
        switch (value)
        {
            case IRecords records:
                foreach ((string part, string text) in RecordsText.Describe(records, names)) Add($"{path}{part}", text);
                break;
            case ReadOnlyMemory<byte> bytes:
                Add(path, Convert.ToHexString(bytes.Span));
                break;
            case string or null:
                if (FieldNormalizer.Describe(name, value, names) is { } text1) Add(path, text1);
                break;
            case IEnumerable array:
                ReadArray(name, array, path, kind);
                break;
            default:
                if (value.GetType() is { IsClass: true, Namespace: "LogBroker.Protocol.Messages" })
                    ReadStruct(value, path, kind);
                else if (FieldNormalizer.Describe(name, value, names) is { } text2) Add(path, text2);
                break;
        }
    }

    private void ReadArray(string name, IEnumerable array, string path, string kind)
    {
        if (array.GetType().GetProperty("IsDefault")?.GetValue(array) is true) array = Array.Empty<object>();
        object?[] items = [.. array.Cast<object?>()];
        if (items.All(item => item is null or string or ValueType))
        {
            IEnumerable<string> texts = items.Select(item => FieldNormalizer.Describe(name, item, names) ?? "");
            Add(path, $"[{string.Join(", ", texts)}]");
            return;
        }

        List<string> keys = [];
        foreach (object item in items.OfType<object>())
        {
            string key = KeyOf(item) ?? keys.Count.ToString(CultureInfo.InvariantCulture);
            int repeats = keys.Count(other => other == key);
            keys.Add(key);
            ReadStruct(item, $"{path}[{key}{(repeats == 0 ? "" : $"#{repeats}")}]", kind);
        }

        if (Unordered.Contains(kind)) keys.Sort(StringComparer.Ordinal);
        Add(path, $"[{string.Join(", ", keys)}]");
    }

    private string? KeyOf(object item)
    {
        foreach (string property in KeyProperties)
        {
            object? value = item.GetType().GetProperty(property)?.GetValue(item);
            if (value is "" && property == "GroupId") return "no id";
            if (value is null or "" || Equals(value, Guid.Empty)) continue;
            return FieldNormalizer.Describe(property, value, names);
        }

        return null;
    }

    private void Add(string path, string value) => _fields.Add(new AnswerField(path, value));
}
