import org.apache.kafka.common.config.*;
import java.lang.reflect.*;
import java.util.*;
/**
 * Writes what Kafka's own definitions make of candidate values: scope TAB key TAB value TAB (=normal form or !message).
 * javac -cp "$KAFKA_HOME/libs/*" ConfigValues.java && CLASSPATH=. $KAFKA_HOME/bin/kafka-run-class.sh ConfigValues > config-values.tsv
 * (lines of the log, if any, are to be taken out).
 */
public class ConfigValues {
  static String esc(String s){ return s.replace("\\","\\\\").replace("\t","\\t").replace("\n","\\n"); }
  static void dump(String scope, ConfigDef d) throws Exception {
    Method parse=ConfigDef.class.getDeclaredMethod("parseValue",ConfigDef.ConfigKey.class,Object.class,boolean.class); parse.setAccessible(true);
    for (String k: new TreeSet<>(d.names())) { ConfigDef.ConfigKey c=d.configKeys().get(k);
      LinkedHashSet<String> v=new LinkedHashSet<>();
      String valid=String.valueOf(c.validator);
      switch(c.type){
        case INT: case SHORT: case LONG:
          v.addAll(List.of(""," 7 ","x","-1","0","5.5"));
          if(scope.equals("topic")||scope.equals("group")) v.addAll(List.of("-2","-3","+5","0x10","1_0","2147483648","9223372036854775808","1","10"));
          java.util.regex.Matcher m=java.util.regex.Pattern.compile("\\[(-?\\d+),\\.\\.\\.,?(-?\\d+)?\\]").matcher(valid);
          if(m.find()){ long lo=Long.parseLong(m.group(1)); v.add(""+lo); v.add(""+(lo-1)); if(m.group(2)!=null){ long hi=Long.parseLong(m.group(2)); v.add(""+hi); v.add(""+(hi+1)); } }
          v.add(c.type==ConfigDef.Type.LONG?"9223372036854775808":c.type==ConfigDef.Type.INT?"2147483648":"32768"); break;
        case DOUBLE: v.addAll(List.of("0.5","1e3","1e9","1e-5","NaN","Infinity","-0.1","1.1","x",""," 0.25 ","1d","1","0x1p-1","1.","123456.789")); break;
        case BOOLEAN: v.addAll(List.of("true","TRUE"," false ","1","yes","")); break;
        case STRING: v.addAll(List.of(""," a ","x")); break;
        case LIST: v.addAll(List.of("","a","a,a","a, b",",a","a,"," a ","*","0:1,1:2","0:1,x")); break;
        case PASSWORD: v.add("secret"); break;
        default: continue;
      }
      if(c.type==ConfigDef.Type.STRING||c.type==ConfigDef.Type.LIST){ java.util.regex.Matcher m=java.util.regex.Pattern.compile("\\[([^\\].:]+(, [^\\]]+)*)\\]").matcher(valid); if(m.find()) for(String o: m.group(1).split(", ")){ v.add(o); v.add(o.toUpperCase()); v.add(o.toLowerCase()); if(c.type==ConfigDef.Type.LIST) v.add(o+","+o); } 
        if(k.equals("share.auto.offset.reset")) v.addAll(List.of("latest","earliest","LATEST","none","by_duration:PT1H","by_duration:-PT1H","by_duration:P1DT2H3M4.5S","by_duration:","by_duration:x","by_duration:P1Y","by_duration:PT0S","by_duration:pt1h","BY_DURATION:PT1H","by_duration:P1W","by_duration:PT","by_duration:P1D","by_duration:PT-1H","by_duration:PT1H-30M")); }
      for(String s: v){ String r; try { r="="+ConfigDef.convertToString(parse.invoke(d,c,s,true),c.type); } catch(InvocationTargetException e){ r="!"+e.getCause().getMessage(); }
        System.out.println(scope+"\t"+k+"\t"+esc(s)+"\t"+esc(r)); }
    }
  }
  public static void main(String[] a) throws Exception {
    Field f=Class.forName("org.apache.kafka.storage.internals.log.LogConfig").getDeclaredField("CONFIG"); f.setAccessible(true); dump("topic",(ConfigDef)f.get(null));
    Field g=Class.forName("org.apache.kafka.coordinator.group.GroupConfig").getDeclaredField("CONFIG_DEF"); g.setAccessible(true); dump("group",(ConfigDef)g.get(null));
    dump("broker",(ConfigDef)Class.forName("kafka.server.KafkaConfig").getMethod("configDef").invoke(null));
    System.out.flush();
  }
}
